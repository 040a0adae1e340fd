// Results on a PostgreSQL server, where any number of processes on any machines share a campaign.
import type { ResultStoreProvider } from "../../core/index.ts";

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

/** Without password and parameters. */
function placeOf(url: string | undefined): string {
  if (url === undefined) return "the PostgreSQL database of the environment";
  return url.replace(/\?.*$/, "").replace(/^(\w+:\/\/[^:@/]*):[^@/]*@/, "$1@");
}
