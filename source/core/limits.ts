/** Every number that bounds something, with its unit in its name and its reason beside it. */
export const limits = {
  /** Sizes of an envelope on the wire: first contact, chat and receipts look alike (PROTOCOL.md "Envelope"). */
  bucketBytes: [4096, 16_384, 65_536] as const,
  /** The longest text that fits the largest bucket beside a first message's keys. */
  textBytes: 61_440,
  nameCells: 32,
  nameBytes: 128,
  addressBytes: 128,
  /** Lines of one message that are drawn before it is cut. */
  messageLines: 200,
  /** A message's marks and code points in one grapheme cluster, beyond which they are dropped. */
  clusterMarks: 4,
  clusterCodePoints: 24,

  /** Per slot: what one contact may have waiting in inbox/new. */
  slotFiles: 2000,
  slotBytes: 32 * 1024 * 1024,
  /** An invite holds a hello and three messages until the inviter's client has answered. */
  inviteSlotFiles: 4,
  inviteSlotBytes: 4 * 65_536,
  /** A card's slot holds a hello each of as many people; a hello fits the smallest bucket. */
  cardSlotFiles: 100,
  cardSlotBytes: 100 * 4096,
  cardLargestBytes: 4096,
  /** People who asked through the card and were neither accepted nor declined. */
  requests: 100,
  inboxBytes: 512 * 1024 * 1024,
  /** Part of the free disk space that inbox/ may take, whatever the number above says. */
  inboxShareOfFreeSpace: 0.1,
  quarantineFiles: 1000,
  quarantineBytes: 16 * 1024 * 1024,
  openInvites: 100,
  /** Shorter than the life of the prekeys behind it. */
  inviteLifeMs: 14 * 24 * 3600 * 1000,
  partFileLifeMs: 36 * 3600 * 1000,

  listenerHeadersTimeoutMs: 5000,
  listenerRequestTimeoutMs: 15_000,
  /** Node checks the two above only this often; its default of 30 s makes them fiction. */
  listenerCheckIntervalMs: 1000,
  listenerKeepAliveMs: 5000,
  listenerIdleMs: 10_000,
  listenerHeaderBytes: 4096,
  listenerHeaders: 32,
  listenerRequestsPerSocket: 100,
  listenerSocketsPerAddress: 16,
  listenerSockets: 256,
  /** Stored envelopes that a listener knows again: five full slots, 1.3 MB. */
  listenerKnownEnvelopes: 10_000,
  listenerHeapMb: 96,
  /** Half of the space for new objects: left to itself it grows under a flood until the process has 205 MB; so, 100. */
  listenerYoungMb: 8,
  /** How long a refused sender may go on talking before the socket is cut under it. */
  listenerLingerMs: 1000,
  /** How old a count of inbox/new may be when it refuses, and how often it is made again without that. */
  recountMs: 250,
  recountEveryMs: 10_000,

  postConnectTimeoutMs: 10_000,
  /** One exchange in all, also when a kept socket had died under its first try. */
  postTimeoutMs: 15_000,
  /** Interim answers (1xx) of up to `listenerHeaderBytes` each, before the peer's server counts as broken; a cryptochat sends none. */
  interimAnswers: 8,
  retryFirstMs: 1000,
  retryMostMs: 300_000,
  /** Chance that a waiting time is stretched or shrunk by, so that peers do not knock in step. */
  retryJitter: 0.2,
  /** Contacts that are posted to at the same time; the others wait for one of them to end. */
  postsAtOnce: 32,

  /** How long an inbox slice may keep the event loop, so that typing stays smooth. */
  sliceMs: 8,
  sliceFiles: 64,
  /** How soon inbox/new is read again while files of it are received, so that what comes takes its turn, and how many are put in order. */
  lookAgainMs: 100,
  turnFiles: 1024,
  /** How often the own addresses are looked at, how long a change of them may go on, and a gap that only a suspended machine leaves. */
  returnLookMs: 2000,
  returnSettlesMs: 1000,
  returnGapMs: 15_000,
  /** How long a receipt, and the note that an envelope was accepted, wait for others to share a commit with. */
  receiptDelayMs: 40,
  settleDelayMs: 15,
  /** How often the state follows the database: so often at once, then once in so many ms. */
  showPace: { waitMs: 50, burst: 10 },
  /** How exactly it is noted when a contact answered last. */
  answeredStepMs: 5000,
  scanEveryMs: 30_000,
  /** How often it is looked whether something came of which no event told. */
  lookEveryMs: 1000,
  /** How long a message that came before its predecessor is held back. */
  holdBackMs: 2000,
  /**
   * Keys that one message may make libsignal derive before a MAC fits, about 5 ms: as many as there are envelopes in a full slot, and as
   * many as both ratchets keep of those that were skipped.
   */
  ratchetKeys: 2000,
  /** A jump that is always looked into, and the longest through an invite or a card: a few messages that overtook each other. */
  nearKeys: 16,
  /** What the far messages of one contact may cost in all: two full jumps at once, then 0.5 ms of each second. */
  payerKeys: 4000,
  payerKeysASecond: 200,
  /** How many such keys the check of a statement about a contact's keys counts for: 200 of a sender who is not known yet are checked twice. */
  statementKeys: 8,
  /** How many statements of one content are checked in any case. */
  statementsAtOnce: 4,
  /** States of one session: the one in use, and those of a beginning on both sides, a reset on each, and one that was on its way. */
  sessionStates: 6,
  /** The record of one session, which is read and written with each message: 154 KiB of it are the keys of a full slot. */
  sessionBytes: 256 * 1024,
  /** A new signed prekey, last-resort Kyber prekey and seal key this often; so many generations are kept, the newest too. */
  generationMs: 7 * 24 * 3600 * 1000,
  generations: 3,
  generationLifeMs: 182 * 24 * 3600 * 1000,
  /** How often what cannot be read is asked for again, and how often a contact may make this home go back or go on. */
  resetEveryMs: 3600 * 1000,
  setBackEveryMs: 5000,
  /** How long a line of the program is said again with a count instead of once more. */
  noticeAgainMs: 3600 * 1000,
  /** Bugs of one run that are written down with where they happened; all are counted. */
  loggedBugs: 50,
  /** The longest pause before something that nobody answers is said again. */
  askMostMs: 24 * 3600 * 1000,
  /** How long a missing message may still be on its way. */
  gapPatienceMs: 60_000,
  /** Messages that are encrypted in one transaction when many wait without an envelope. */
  composeAtOnce: 32,
  /** How often what is due by the clock is looked after. */
  upkeepEveryMs: 60_000,
  turnOverEveryMs: 3600 * 1000,
  /** How long a retired identity key and its seal keys still read; and how long for a contact that has no newer one yet. */
  retiredKeyLifeMs: 14 * 24 * 3600 * 1000,
  neededKeyLifeMs: 182 * 24 * 3600 * 1000,
  /** How long news for a place where a contact was before is tried to be brought there. */
  elsewhereLifeMs: 3 * 24 * 3600 * 1000,
  /** For how many places where one contact was before such news waits. */
  placesWaitedFor: 4,
  /** Contents of one contact that only a newer version can read, and that are kept for it. */
  keptContents: 1000,
  keptContentsBytes: 8 * 1024 * 1024,
  /** Sequence numbers above the acknowledged one that a receipt can name. */
  receiptSeqs: 256,
  /**
   * Texts of which the envelope is kept as it was on the wire: 2 MiB of the usual 4 KiB, 32 MiB if all were of the largest
   * size. Enough to look back over days, and little beside a history.
   */
  wireEnvelopes: 500,
  /** The longest text that can be looked for: in a long run of one letter, a longer one would take seconds. */
  searchLetters: 200,
  /** What `read` prints when nobody says how many. */
  historyRows: 1000,
  /** Messages of one conversation in memory: the newest ones, or the most of them when one reads elsewhere. */
  pageRows: 200,
  windowRows: 600,
  /** The largest database that is written anew when one message is deleted: it takes about a second, in which nothing can be typed. */
  eraseAtOnceBytes: 48 * 1024 * 1024,

  /** scrypt N for the vault, r = 8, p = 1: about 0.4 s a guess. */
  vaultScryptN: 131_072,
  vaultFileBytes: 4096,
  /** The longest text or bytes in a backup: no row of a home has more than a text of 61,440 bytes, each at worst a U+FFFD. */
  backupValueBytes: 256 * 1024,
  /** How old a half-written vault must be before it counts as left behind. */
  vaultPartLifeMs: 60_000,
  /** The cost of an exported key file; OpenSSL reads none that wants more than 32 MiB, and this one wants 16. */
  keyFileScrypt: { n: 16_384, r: 8, p: 5 },
  /** More rounds than that would only keep the client busy. */
  keyFileScryptMostP: 16,
  keyFileBytes: 8192,
  /** What OpenSSL, and so Node, takes of a passphrase. */
  passphraseBytes: 1024,
  slotsFileBytes: 4 * 1024 * 1024,
  /** Of listener.json, which the network-facing process writes. */
  presenceBytes: 4096,
  controlLineBytes: 1024 * 1024,
  /** Free space below which `doctor` calls the disk full, and nearly full: of the latter inbox/ may take 100 MB. */
  diskFullBytes: 64 * 1024 * 1024,
  diskScarceBytes: 1024 * 1024 * 1024,
  /** How far two clocks may be apart before `doctor` says so, and how long it waits for a connection to the own address. */
  clockSlackMs: 5 * 60_000,
  ownConnectionMs: 3000,
  /** How long whoever holds a home has to say who it is. */
  controlHelloMs: 5000,
  listenerRestartFirstMs: 500,
  listenerRestartMostMs: 30_000,
  /** How long a listener has to say that it listens, and how often one that is not our child is looked at. */
  listenerStartMs: 10_000,
  listenerLookMs: 1000,
} as const;
