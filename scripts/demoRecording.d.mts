/** Absolute path of the committed recording. */
export const demoRecordingFile: string;
/** The recording's bytes: the same on every machine. */
export function makeDemoRecording(): Promise<Uint8Array>;
