/**
 * The signals that end a program and can be caught: each must leave the terminal and the home in order. SIGABRT, SIGKILL and the signals of
 * processor errors cannot be caught; SIGPROF and SIGVTALRM are the profiler's, SIGUSR1 is ignored.
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
