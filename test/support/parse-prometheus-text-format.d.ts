declare module 'parse-prometheus-text-format' {
  /** A sample of a family without a type; of a histogram's samples the parser keeps one label set only. */
  interface Sample {
    labels?: Record<string, string>;
    value?: string;
  }

  interface Family {
    name: string;
    help: string;
    /** In capitals; `UNTYPED` where the text has none. */
    type: string;
    metrics: Sample[];
  }

  export default function parsePrometheusTextFormat(text: string): Family[];
}
