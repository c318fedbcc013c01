/**
 * pvefleet as a library: survey() reads a fleet, makePlan() compares it with what is declared, apply() does what the plan
 * says. All between them is plain data; docs/architecture.md shows the way that it goes.
 */
export type { Address } from './address.ts';
export { formatAddress, parseAddress, sameAddress } from './address.ts';
export type { Applied } from './apply/apply.ts';
export type { ApplyContext } from './apply/run-state.ts';
export { apply } from './apply/apply.ts';
export type { Event, LiveEvent, Recorder, ReportEvent } from './apply/event.ts';
export type { Exec } from './apply/exec.ts';
export type { Diagnostic, Position, Positions, Result } from './diagnostic.ts';
export type { Inventory } from './inventory/inventory.ts';
export { loadInventory } from './inventory/load-inventory.ts';
export type { Brakes, Ceilings } from './plan/brakes.ts';
export { overCeilings } from './plan/brakes.ts';
export type { Drift } from './plan/drift.ts';
export { findDrift } from './plan/drift.ts';
export type { Planned, Refusal } from './plan/make-plan.ts';
export { makePlan } from './plan/make-plan.ts';
export type { Act, Change, Difference, Effect, Guard, Plan, Step } from './plan/plan.ts';
export { predict } from './plan/predict.ts';
export { parseSavedPlan } from './plan/parse-saved-plan.ts';
export type { Basis, SavedPlan } from './plan/saved-plan.ts';
export { basisOf, changedSince } from './plan/saved-plan.ts';
export type { Argument, PveCall } from './pve/call.ts';
export { loadSurvey, saveSurvey } from './snapshot/saved-survey.ts';
export type { NodeState, NodeSystem, Snapshot, Unknown } from './snapshot/snapshot.ts';
export type { Survey } from './snapshot/survey.ts';
export { survey } from './snapshot/survey.ts';
export type { Spec } from './spec.ts';
export { becoming } from './transports/become.ts';
export { createPool } from './transports/pool.ts';
export { createSshTransport } from './transports/ssh.ts';
export type { Connection, Finished, Transport } from './transports/transport.ts';
