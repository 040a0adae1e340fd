// A thread of a replica's process that ends it when the coordinator is gone, whatever the replica's own thread is doing.
// The coordinator holds the other end of a pipe and never writes to it.
import { Socket } from "node:net";
import process from "node:process";
import { DESCRIPTOR } from "./process-message.ts";

const life = new Socket({ fd: DESCRIPTOR.life });
const end = (): void => void process.kill(process.pid, "SIGKILL");
life.on("end", end).on("error", end).on("close", end).resume();
