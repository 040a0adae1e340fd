// Results on a PostgreSQL server, where any number of processes on any machines share a campaign.
import type { ResultStoreProvider } from "../../core/index.ts";

const NO_HOST = "no-host";

interface PostgresOptions {
  readonly url?: string;
  readonly schema: string;
  readonly patienceSeconds: number;
  readonly expireSeconds: number;
}

export const postgres: ResultStoreProvider = {
  kind: "result-store",
  name: "postgres",
  summary: "On a PostgreSQL server: workers on any machines share the campaign",
  schema: {
    type: "object",
    additionalProperties: false,
    properties: {
      url: {
        type: "string",
        pattern: "^postgres(ql)?://",
        description:
          "Address of the database, postgres://USER@HOST:PORT/DATABASE; default: what the environment says (PGHOST, PGPORT, PGUSER, PGPASSWORD, PGDATABASE).",
      },
      schema: {
        type: "string",
        pattern: "^[a-z_][a-z0-9_]{0,39}$",
        default: "extravirt",
        description:
          "Schema of the tables; those of the queue are in another one, whose name ends in _queue.",
      },
      patienceSeconds: {
        type: "integer",
        minimum: 0,
        maximum: 86_400,
        default: 60,
        description: "How long to wait for a database that does not answer.",
      },
      expireSeconds: {
        type: "integer",
        minimum: 10,
        maximum: 3600,
        default: 15,
        description:
          "A worker of which nothing was heard for so long is taken for dead, and others get its batch.",
      },
    },
  },
  isShared: true,
  async open(options, request) {
    const { url, schema, patienceSeconds, expireSeconds } = options as unknown as PostgresOptions;
    // Loaded here, since most commands never need them.
    const { PostgresExecutor } = await import("./postgres-executor.ts");
    const { openCampaign } = await import("./open-campaign.ts");
    return openCampaign(
      {
        sql: new PostgresExecutor(url),
        schema,
        place: `${placeOf(url)}, schema ${schema}`,
        patienceMs: patienceSeconds * 1000,
        expireSeconds,
        isAlone: false,
        isCampaigns: false,
        closed: async () => {},
      },
      request,
    );
  },
};

/** USER@HOST:PORT/DATABASE, and nothing of a password, however it is written. */
export function placeOf(url: string | undefined): string {
  if (url === undefined) return "the PostgreSQL database of the environment";
  // A socket has its directory in a parameter, and no host, which URLs with a user must have.
  const parsed = URL.parse(url.replace(/^(\w+:\/\/[^/?#]*@)(?=[/?]|$)/, `$1${NO_HOST}`));
  // A password that has to be encoded and is not may end the host too early.
  if (parsed === null || `${parsed.pathname}${parsed.search}${parsed.hash}`.includes("@")) {
    return "the PostgreSQL database of the config";
  }
  const host = parsed.host === NO_HOST ? "" : parsed.host;
  const user = parsed.username === "" ? "" : `${parsed.username}@`;
  return `${user}${host || (parsed.searchParams.get("host") ?? "")}${parsed.pathname}`;
}
