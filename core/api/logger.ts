// The part of pino's interface that core and plugins use; replicas post lines to the coordinator's root logger.
export interface Logger {
  debug(fields: object, message: string): void;
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}
