/**
 * The names by which the screens know the shapes of the API. The shapes themselves are generated from
 * the OpenAPI document (`schema.d.ts`, by `npm run types`); nothing is described twice.
 */
import type { components } from './schema';

type Schemas = components['schemas'];

export type Id = number;
/** Whole rupiah. */
export type Rupiah = number;
/** `YYYY-MM-DD` in the office's zone. */
export type CivilDate = string;
/** Milliseconds since 1970 UTC. */
export type Instant = number;
/** `YYYY-MM`. */
export type Period = string;

export type CustomerStatus = Schemas['CustomerStatus'];
export type ConnectionType = Schemas['ConnectionType'];
export type Method = Schemas['Method'];
export type InvoiceStatus = Schemas['InvoiceStatus'];
export type Access = Schemas['Access'];
export type Observed = Schemas['Observed'];
export type RouterMode = Schemas['RouterMode'];
export type StaticIsolation = Schemas['StaticIsolation'];
export type Role = Schemas['Role'];

export interface Page<T> {
  items: T[];
  next_cursor?: string | null;
  total: number;
}

export type Setup = Schemas['SetupState'];
export type User = Schemas['UserView'];
export type Session = Schemas['LoginAnswer'];
export type Dashboard = Schemas['Dashboard'];

export type AccessState = Schemas['AccessView'];
export type Customer = Schemas['CustomerView'];
export type CustomerDraft = Schemas['CustomerFields'];
export type PppoePassword = Schemas['PppoePassword'];
export type Override = Schemas['SetOverride'];
export type Why = Schemas['Why'];
export type SentMessage = Schemas['SentWhy'];
export type Statement = Schemas['Statement'];
export type StatementItem = Schemas['StatementItem'];
export type AccessOutcome = Schemas['LineByHand'];
export type ForeseenStanding = Schemas['ForeseenStanding'];
export type UnbilledPeriod = Schemas['UnbilledPeriod'];
export type WaitingCharge = Schemas['WaitingCharge'];
export type AddedCharge = Schemas['AddedCharge'];
export type NewCharge = Schemas['AddCharge'];
export type Disconnected = Schemas['LineDisconnected'];
export type Area = Schemas['AreaView'];
export type DueRule = Schemas['DueRule'];

export type ImportPreview = Schemas['ImportShown'];
export type ImportResult = Schemas['ImportTaken'];
export type ImportBatch = Schemas['ImportView'];
export type ImportUndone = Schemas['ImportUndone'];

export type RetriedJobs = Schemas['RetriedJobs'];
export type TaskTimes = Schemas['TaskTimes'];
export type Rehearsal = Schemas['Rehearsal'];

export type Package = Schemas['PackageView'];
export type NewPackage = Schemas['AddPackage'];
export type PackageDraft = Required<Omit<Schemas['ChangePackage'], 'version'>> & { version: number | null };
export type Router = Schemas['RouterView'];
export type NewRouter = Schemas['AddRouter'];
export type RouterDraft = Omit<Schemas['ChangeRouter'], 'id'>;
export type RouterTest = Schemas['RouterTested'];
export type SwitchedMode = Schemas['SwitchedMode'];
export type ProfileSync = Schemas['SyncedProfiles'];
export type RouterPlan = Schemas['RouterPlan'];
export type RouterCompared = Schemas['RouterCompared'];
export type Reconciled = Schemas['Reconciled'];
export type ReconcileOrder = Schemas['ReconcileRouter'];
export type RouterHealth = Schemas['RouterHealth'];
export type RouterProfiles = Schemas['RouterProfiles'];
export type RouterLeaks = Schemas['RouterLeaks'];
export type RouterLines = Schemas['RouterLines'];
export type RouterLine = Schemas['RouterLine'];
export type LineGroup = Schemas['LineGroup'];
export type ImportLines = Schemas['ImportRouterLines'];
export type ImportedLines = Schemas['ImportedLines'];
export type Preparation = Schemas['Preparation'];
export type Traffic = Schemas['LineTraffic'];

export type Invoice = Schemas['InvoiceView'];
export type InvoiceLine = Schemas['InvoiceLineView'];
export type VoidedInvoice = Schemas['VoidedInvoice'];
export type TaskSummary = Schemas['TaskSummary'];
export type GenerateSummary = Schemas['Generated'];

export type Payment = Schemas['PaymentView'];
export type PaymentDraft = Schemas['TakePayment'];
export type PaymentTaken = Schemas['TakenPayment'];

export type PlanEntry = Schemas['PreviewLine'];
export type IsolationPlan = Schemas['PlanPreview'];
export type PlanSummary = Schemas['PlanView'];
export type Plan = Schemas['PlanDetail'];
export type PlanLine = Schemas['PlanLineView'];
export type PlanProfile = Schemas['PlanProfileView'];

export type Job = Schemas['JobView'];
export type Schedule = Schemas['Schedule'];
export type ScheduledTask = Schemas['ScheduledTask'];
export type LogEntry = Schemas['LogView'];
export type Notification = Schemas['NotificationView'];
export type Verdict = Schemas['Verdict'];
export type ErasedPersonalData = Schemas['ErasedPersonalData'];
export type Backup = Schemas['BackupView'];
export type BackupSetup = Schemas['BackupSetup'];

export type Desk = Schemas['DeskView'];
export type Desks = Schemas['Desks'];
export type Pairing = Schemas['MadePairing'];

export type ApiToken = Schemas['TokenView'];
export type Ability = Schemas['Ability'];
export type Staff = Schemas['StaffView'];
export type BankAccount = Schemas['BankAccount'];
export type MessageChannel = Schemas['MessageChannel'];
export type Settings = Partial<Schemas['Settings']>;
export type Found = Schemas['Found'];
