import fs from 'node:fs';

/** What Docker and Podman leave in a container. */
const MARKS = ['/.dockerenv', '/run/.containerenv'];

/** What Kubernetes and ECS, Fargate too, give a container. */
const VARIABLES = ['KUBERNETES_SERVICE_HOST', 'ECS_CONTAINER_METADATA_URI_V4', 'ECS_CONTAINER_METADATA_URI'];

const LOOPBACK = /^(?:localhost|(?:::ffff:)?127\.[\d.]+|::1)$/i;

/** Whether the process seems to run in a container, and the host is one that nobody outside of it reaches. */
export function isInsideContainerOnly(
  host: string,
  environment: Readonly<Record<string, string | undefined>>,
): boolean {
  if (!LOOPBACK.test(host)) return false;
  return VARIABLES.some((name) => Boolean(environment[name])) || MARKS.some((mark) => fs.existsSync(mark));
}
