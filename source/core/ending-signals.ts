/**
 * The signals that end a program, and that it can hear: each must leave the terminal and the home in order. SIGABRT, SIGKILL and those of
 * a processor's errors cannot be heard; SIGPROF and SIGVTALRM are the profiler's, SIGUSR1 is ignored.
 */
export const endingSignals = [
  'SIGHUP',
  'SIGINT',
  'SIGQUIT',
  'SIGTERM',
  'SIGUSR2',
  'SIGALRM',
  'SIGXCPU',
] as const;
