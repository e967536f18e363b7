/**
 * Entry of the charts' bundle: tells the panel that it is there. Loaded when charts are first asked for.
 */
import { CHARTS_EVENT, type CreateCharts } from '../panel/model/chartApi';
import { createCharts } from './charts';

window.dispatchEvent(new CustomEvent<CreateCharts>(CHARTS_EVENT, { detail: createCharts }));
