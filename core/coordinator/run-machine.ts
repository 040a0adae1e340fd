// Runs one virtual machine from a complete config to its end. What the CLI, the tests and campaigns call.
import { dirname } from "node:path";
import type { Config } from "../api/config.ts";
import { PAGE_BYTES } from "../api/guest-memory.ts";
import type { Logger } from "../api/logger.ts";
import type { SlotConfig } from "../api/provider.ts";
import type { Vmm } from "../api/vmm.ts";
import { coreCount } from "../config/core-count.ts";
import { planWithin } from "../boundary/plan-within.ts";
import { defaultOptionsOf } from "../config/default-options.ts";
import { expandArrivals } from "../config/expand-arrivals.ts";
import { recoveryMisfit } from "../config/recovery-misfit.ts";
import { createLogger } from "../logger.ts";
import { optionsOf, planDevices } from "../machine/machine-plan.ts";
import { loadPluginHost } from "../plugin-host/load-registry.ts";
import { IntegrityWatch } from "../integrity/integrity-watch.ts";
import { IncidentRecorder } from "../recording/incident-recorder.ts";
import { manifestOf } from "../recording/manifest.ts";
import { Recorder } from "../recording/recorder.ts";
import {
  recordingOf,
  recordingPlace,
  recordingReport,
  withWritten,
} from "../recording/run-recording.ts";
import { ChangeSignal } from "./change-signal.ts";
import { closingAfter, type OnClose } from "./closing-after.ts";
import { CodeStore } from "./code-store.ts";
import { CoordinatorFaults } from "./coordinator-faults.ts";
import { Coordinator } from "./coordinator.ts";
import { CoreMap } from "./core-map.ts";
import { createStrategy } from "./create-strategy.ts";
import { DoubleCheck } from "./double-check.ts";
import { checkEngines, EngineChoice } from "./engine-choice.ts";
import { FaultLedger } from "./fault-ledger.ts";
import { digestFinalState } from "./final-state.ts";
import { followFaults } from "./follow-faults.ts";
import { FrameAccounts } from "./frame-accounts.ts";
import { createHooks } from "./hooks.ts";
import { loadBootImage, obtainImages } from "./load-boot-image.ts";
import { openDeviceHost } from "./open-device-host.ts";
import { planHostCores } from "./host-cores.ts";
import { OutputCommit } from "./output-commit.ts";
import { OutputDelay } from "./output-delay.ts";
import { coreHosts, keepSpread, openHosts } from "./open-hosts.ts";
import { hasOwnMemories, openMemories } from "./open-memories.ts";
import { startNanoseconds } from "./start-time.ts";
import { managerStateOf } from "./manager-state.ts";
import { rehearseCheckpoint } from "./rehearse-checkpoint.ts";
import { ReplicaSet } from "./replica-set.ts";
import { hostMilliseconds } from "../replica/host-milliseconds.ts";
import { openStarter } from "./start-replicas.ts";
import { checkInstrumentable, instrumentsOf } from "./plan-instruments.ts";
import { type Note, RunObservation } from "./run-observation.ts";
import type { RunReport } from "./run-report.ts";

export interface RunOptions {
  /** Called before anything runs; taps hooks. */
  readonly onVmm?: (vmm: Vmm) => void;
  /** Aborting it stops the run cleanly with reason "user". */
  readonly signal?: AbortSignal;
  /** Takes the messages of the run; default: a root logger of the config's level. */
  readonly logger?: Logger;
  /** Progress of slow preparations (images). */
  readonly log?: (message: string) => void;
  /** Takes what instruments say while the guest runs, where their config names no other place for it. */
  readonly onNote?: (note: Note) => void;
  /** Adds `finalState` to the report. */
  readonly isFinalStateWanted?: boolean;
  /** Adds `managerState` to the report. */
  readonly isManagerStateWanted?: boolean;
  /** Adds `outputDelaysMs` to the report. */
  readonly isOutputDelayWanted?: boolean;
}

const NO_DIAGNOSIS: SlotConfig = { use: "none" };

export function runMachine(config: Config, options: RunOptions = {}): Promise<RunReport> {
  return closingAfter((onClose) => run(config, options, onClose));
}

/** @param onClose for whatever is opened, at once: the run may fail to begin at any place */
async function run(config: Config, options: RunOptions, onClose: OnClose): Promise<RunReport> {
  const { plugins, registry } = await loadPluginHost(config.plugins);
  const vmm: Vmm = {
    config,
    logger: options.logger ?? createLogger(config.log.level),
    hooks: createHooks(),
  };
  onClose(() => vmm.hooks.shutdown.promise());
  for (const plugin of plugins) plugin.apply?.(vmm);
  options.onVmm?.(vmm);
  const startMs = performance.now();

  const { machine } = config;
  const boundary = createStrategy("boundary", config.boundary, vmm, registry);
  const replication = createStrategy("replication", config.replication, vmm, registry);
  const placement = createStrategy("placement", config.placement, vmm, registry);
  const plan = planWithin(boundary, replication, config.replication.use, placement);
  const cores = new CoreMap(
    coreCount(plan, placement),
    coreHosts(() => hosts),
  );
  const hostCores = planHostCores(placement.bind, cores.count);
  const arrivals = expandArrivals(config, registry, {
    replicas: plan.replicas,
    cores: cores.count,
  });
  const records = [...config.faults, ...arrivals];
  const faults = new FaultLedger(records, registry, config.faults.length);
  const devices = planDevices(machine, config.console, registry);
  const images = await obtainImages(config, registry, options.log ?? (() => {}));
  const boot = await loadBootImage(config, registry, devices, images);
  const platform = registry.get("platform", machine.platform.use);
  const { harts, ramBytes } = machine;
  const platformOptions = optionsOf(machine.platform);
  const processorBytes = platform.processorBytes(platformOptions, harts, ramBytes);
  const instruments = instrumentsOf(config, plan);
  checkInstrumentable(instruments, config, platform);
  checkEngines(plan, platform);
  const delay =
    options.isOutputDelayWanted === true ? new OutputDelay(hostMilliseconds) : undefined;
  delay?.follow(vmm);
  const observation = new RunObservation(config, registry, {
    processorBytes,
    slots: instruments,
    replicas: plan.replicas,
    symbols: boot.symbols ?? [],
    print: options.onNote ?? (() => {}),
    delay,
  });
  onClose(() => observation.close());
  const policy = createStrategy("checkpoint", config.checkpoint, vmm, registry);
  const sharing = createStrategy("memory-sharing", config.memorySharing, vmm, registry);
  const voting = createStrategy("voting", config.voting, vmm, registry);
  const diagnosis = createStrategy(
    "core-diagnosis",
    config.coreDiagnosis ?? NO_DIAGNOSIS,
    vmm,
    registry,
  );
  const protection = createStrategy("manager-protection", config.managerProtection, vmm, registry);
  const startAt = startNanoseconds(machine.clock.startTime);
  const { areaBytes } = observation;
  const opened = openMemories({
    plan,
    placement,
    policy,
    ramBytes,
    areaBytes,
    scratch: platform.processorScratch?.(platformOptions, harts, ramBytes),
    replicas: () => replicas,
  });
  const { frames, shared, memories, layout } = opened;
  for (const { address, bytes } of boot.segments) frames.load(address - platform.ramBase, bytes);

  const signal = new ChangeSignal();
  const own = { placement, plugins: config.plugins, logger: vmm.logger };
  const hosts = await openHosts(
    { ...own, onChange: () => signal.notify(), replicas: () => replicas.alive.length },
    onClose,
  );
  const userStop = new AbortController();
  const commit = await OutputCommit.open(
    devices,
    registry,
    vmm.logger,
    () => signal.notify(),
    () => userStop.abort(),
    () => hosts?.isOpen ?? true,
  );
  onClose(() => commit.close());
  const recording = recordingOf(config, plan);
  // Made last: a run that can't begin leaves no directory behind.
  const recorder =
    recording &&
    (await Recorder.create(recording, {
      frames,
      shared,
      place: recordingPlace(config),
      warn: (message) => vmm.logger.warn({}, message),
    }));
  onClose(() => recorder?.close());
  const start = openStarter(
    { ...opened, ...own, hostCores, plan, protection, registry, hosts },
    onClose,
  );
  // Compiled code does not travel between processes.
  const isCodeShared = plan.isCompiledCodeShared === true && !hasOwnMemories(placement);
  const code = isCodeShared ? new CodeStore() : undefined;
  onClose(() => code?.close());
  const recorded = {
    config: machine,
    devices,
    facts: commit.facts,
    start: boot.start,
    startNanoseconds: startAt,
    ...(boundary.devices === "below" && { areDevicesBelow: true as const }),
  };
  const replicas = new ReplicaSet({
    common: {
      machine: recorded,
      plugins: config.plugins,
      shared,
      layout,
    },
    frames,
    memories,
    sharing,
    cores,
    engines: new EngineChoice(plan),
    start,
    signal,
    watchdogMs: plan.watchdogMs,
    code,
    ...(observation.observation !== undefined && { observation: observation.observation }),
    onNote: (replica, note) => {
      try {
        observation.note(replica, note);
      } catch (error) {
        coordinator.fail(error);
      }
    },
    onStarted: (started) => vmm.hooks.replicaStarted.call(started),
    ...followFaults(faults, vmm, () => coordinator),
  });
  onClose(() => replicas.discardAll());
  if (hosts !== undefined) keepSpread(vmm, replicas);
  const incidents =
    config.incidents === undefined
      ? undefined
      : new IncidentRecorder({
          directory: config.incidents,
          frames,
          memories,
          shared,
          manifest: (directory) =>
            manifestOf({ ...config, faults: records }, plan, recorded, directory),
          symbols: boot.symbols ?? [],
          faults: () => faults.ofLive,
          injected: () => faults.injected,
          warn: (message) => vmm.logger.warn({}, message),
          onWritten: (path, divergence) => {
            try {
              vmm.hooks.incidentWritten.call({ path, divergence });
            } catch (error) {
              coordinator.fail(error);
            }
          },
        });
  onClose(() => incidents?.close());
  const accounts = new FrameAccounts(frames, memories, replicas);
  const coordinatorFaults = new CoordinatorFaults({
    ledger: faults,
    registry,
    frames,
    ramBase: platform.ramBase,
    ramBytes: machine.ramBytes,
    onFault: (fault) => vmm.hooks.faultInjected.call(fault),
  });
  const watch = new IntegrityWatch((found) => {
    vmm.logger.warn({ ...found }, "the coordinator's own state was damaged");
    vmm.hooks.managerFaultFound.call(found);
  });
  const check = new DoubleCheck(
    (...comparison) => coordinatorFaults.comparing(...comparison),
    protection.doubleEvaluation,
  );
  const host = openDeviceHost(boundary, {
    machine: recorded,
    registry,
    logger: vmm.logger,
    replicas,
    page: (replica, page) =>
      new Uint8Array(shared.buffer, frames.offsetIn(replica, page), PAGE_BYTES),
  });
  const coordinator = new Coordinator({
    vmm,
    plan,
    replicas,
    frames,
    memories,
    check,
    diagnosis,
    sharing,
    policy,
    voting,
    chooseRecovery: (divergence) => {
      const use = vmm.hooks.chooseRecovery.call(divergence) ?? config.recovery.use;
      const slot =
        use === config.recovery.use
          ? config.recovery
          : { ...defaultOptionsOf(registry.get("recovery", use)), use };
      const slots = { replication: config.replication, recovery: slot };
      const misfit = recoveryMisfit(plan, slots, registry);
      if (misfit !== undefined) throw misfit;
      return createStrategy("recovery", slot, vmm, registry);
    },
    commit,
    gate: hosts,
    host,
    faults: coordinatorFaults,
    signal,
    nameRegister: (byte) => platform.nameRegister?.(byte),
    stepLimit: config.limits.steps,
    accounts,
    recorder,
    incidents,
    protection,
    watch,
  });
  const stopSignals = [userStop.signal, ...(options.signal === undefined ? [] : [options.signal])];
  const stopSignal = AbortSignal.any(stopSignals);
  const requestStop = (): void => coordinator.requestStop();
  stopSignal.addEventListener("abort", requestStop);
  // A composed signal with a listener is never collected, and this one would keep the machine's memory with it.
  onClose(() => stopSignal.removeEventListener("abort", requestStop));
  if (stopSignal.aborted) coordinator.requestStop();
  if (recorder !== undefined) {
    const manifest = manifestOf(
      { ...config, faults: records },
      plan,
      recorded,
      dirname(recorder.path),
    );
    await recorder.begin(manifest, boot.symbols ?? []);
  }
  if (plan.replicas > 1 && placement.mode === "worker") {
    const { memorySharing } = config;
    const provider = registry.get("memory-sharing", memorySharing.use);
    // The workers take longer to start than that takes.
    vmm.hooks.started.tap("rehearsal", () => {
      const rehearsal = rehearseCheckpoint(() => provider.create(optionsOf(memorySharing)));
      rehearsal.catch((error: unknown) => coordinator.fail(error));
    });
  }
  const stop = await coordinator.run();
  // Who is left after a recovery that failed may have been put in a state that nobody agreed on.
  const isFinalStateSealed = recorder !== undefined && stop.reason !== "diverged";
  const isFinalStateWanted = options.isFinalStateWanted === true || isFinalStateSealed;
  const finalState = isFinalStateWanted
    ? await digestFinalState({ replicas, memories, check: new DoubleCheck() }, (detail) =>
        // Elsewhere nothing differs that was compared before.
        hasOwnMemories(placement) ? coordinator.resolveFinalState(detail) : Promise.resolve(false),
      )
    : undefined;
  await recorder?.end(stop, coordinator.recordsAhead, isFinalStateSealed ? finalState : undefined);
  await incidents?.close();
  const framesByOwner = accounts.count();
  const observed = await observation.collect(replicas);
  await replicas.discardAll();
  return {
    stop,
    wallMs: performance.now() - startMs,
    steps: coordinator.steps,
    epochs: coordinator.epochs,
    replicas: plan.replicas,
    release: plan.release ?? "agreed",
    ...(hostCores !== undefined && { hostCores }),
    ...(plan.engines === "diverse" && { engines: plan.engines }),
    outputsCommitted: commit.outputs,
    outputBytes: commit.bytes,
    outputDigest: commit.digest,
    checkpoints: coordinator.checkpoints.taken,
    checkpointsKept: coordinator.checkpointsKept,
    ...(coordinator.lastCheckpoint === undefined
      ? {}
      : { lastCheckpoint: coordinator.lastCheckpoint }),
    framesByOwner,
    framesLeaked: memories.leaked(),
    peakFrames: accounts.peakFrames,
    memory: accounts.samples,
    divergences: coordinator.divergences.map((report) => withWritten(report, incidents)),
    cores: coordinator.cores,
    faults: faults.injected,
    ...(watch.found.length > 0 && { managerFaults: watch.found }),
    ...(options.isManagerStateWanted === true && {
      managerState: managerStateOf(coordinator, layout),
    }),
    ...faults.wildWrites,
    // An arrival after the end of the run is no mistake of its author's.
    faultsNotReached: faults.notReached.filter(({ fault }) => fault < config.faults.length),
    ...(arrivals.length === 0 ? {} : { arrivals }),
    ...(host !== undefined && { devicesBelow: host.report }),
    ...(finalState === undefined ? {} : { finalState }),
    ...(recorder !== undefined && { recording: recordingReport(recorder) }),
    ...observed,
  };
}
