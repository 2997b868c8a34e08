import { existsSync } from 'node:fs';

/** What Docker and Podman leave in a container. */
const MARKS = ['/.dockerenv', '/run/.containerenv'];

/** Whether the process seems to run in a container, whose `localhost` nobody else reaches. */
export function isContainer({ KUBERNETES_SERVICE_HOST }: Readonly<Record<string, string | undefined>>): boolean {
  return KUBERNETES_SERVICE_HOST !== undefined || MARKS.some((mark) => existsSync(mark));
}
