import { client, content } from '../../api/client';
import type { Schedule, ScheduledTask, TaskSummary, TaskTimes } from '../../api/types';

export const schedule = () => content<Schedule>(client.GET('/api/v1/schedule', {}));

/** When a task would run by this cron text; refused like a change to it. */
export const times = (task: string, cron: string) =>
  content<TaskTimes>(
    client.GET('/api/v1/schedule/{task}/times', { params: { path: { task }, query: { cron } } }),
  );

export const changeTask = (task: string, change: { cron?: string; paused?: boolean }) =>
  content<ScheduledTask>(
    client.PATCH('/api/v1/schedule/{task}', {
      params: { path: { task } },
      body: change,
    }),
  );

export const runTask = (task: string, dryRun: boolean) =>
  content<TaskSummary>(
    client.POST('/api/v1/schedule/{task}/run', {
      params: { path: { task } },
      body: { dry_run: dryRun, confirm: false, as_of: null, month: null, year: null },
    }),
  );
