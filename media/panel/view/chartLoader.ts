/**
 * Loads the charts' bundle when it is first needed: a script element with the page's own nonce, from beside the panel's
 * script. Nothing else can be loaded so: the policy names the nonce.
 */
import { CHARTS_EVENT, type CreateCharts } from '../model/chartApi';

/** The panel's own script element; to be read while that runs. */
const own = document.currentScript;

let loading: Promise<CreateCharts> | undefined;

export function loadCharts(): Promise<CreateCharts> {
  loading ??= new Promise<CreateCharts>((resolve, reject) => {
    if (!(own instanceof HTMLScriptElement)) {
      reject(new Error('no script to load from beside'));
      return;
    }
    const arrived = (event: Event): void => {
      resolve((event as CustomEvent<CreateCharts>).detail);
    };
    window.addEventListener(CHARTS_EVENT, arrived, { once: true });
    const script = document.createElement('script');
    script.nonce = own.nonce;
    script.src = new URL('charts.js', own.src).toString();
    script.addEventListener('error', () => {
      window.removeEventListener(CHARTS_EVENT, arrived);
      script.remove();
      loading = undefined;
      reject(new Error('charts.js'));
    });
    document.head.append(script);
  });
  return loading;
}
