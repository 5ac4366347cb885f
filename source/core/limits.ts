/** Every number that bounds something, with its unit in its name and its reason beside it. */
export const limits = {
  /** Sizes of an envelope on the wire: first contact, chat and receipts look alike (PROTOCOL.md "Envelope"). */
  bucketBytes: [4096, 16_384, 65_536] as const,
  /** Envelopes in one request, and their bytes: 64 of the usual size, or 4 of the largest. */
  batchEnvelopes: 64,
  batchBytes: 256 * 1024,
  /** The longest text that fits into the largest bucket beside a first message's keys. */
  textBytes: 61_440,
  nameCells: 32,
  nameBytes: 128,
  addressBytes: 128,
  /** A pouch: the most bytes and envelopes in one. */
  pouchBytes: 8 * 1024 * 1024,
  pouchEnvelopes: 2000,
  /** The places of one address. */
  places: 4,
  /** The setting `proxy`: a name and a password of 255 bytes each may be written as %HH. */
  proxyBytes: 2048,
  /** The longest mute that ends by itself, and the longest word that a notification may depend on. */
  muteMs: 24 * 3600 * 1000,
  notifyWordLetters: 64,
  /** A clock that is set back by less than this was only put right. */
  clockStepMs: 5 * 60 * 1000,
  /** Programs that show notifications at the same time, and how long one may take. */
  notifiers: 3,
  notifierMs: 5000,
  /** Theme files that are read, and the bytes of one: the longest that says something is a few kilobytes. */
  themeFiles: 64,
  themeBytes: 16_384,
  /** Lines of one message that are drawn before it is cut. */
  messageLines: 200,
  /** Limits on the marks and code points in one grapheme cluster of a message; excess ones are dropped. */
  clusterMarks: 4,
  clusterCodePoints: 24,

  /** Per slot: how much one contact may have waiting in inbox/new. */
  slotFiles: 2000,
  slotBytes: 32 * 1024 * 1024,
  /** An invite holds a hello and the messages after it until the inviter's client has answered, which can be off for days. */
  inviteSlotFiles: 64,
  inviteSlotBytes: 1024 * 1024,
  /** A card's slot holds one hello from each of that many people; a hello fits the smallest bucket. */
  cardSlotFiles: 100,
  cardSlotBytes: 100 * 4096,
  cardLargestBytes: 4096,
  /** People who asked through the card and wait for an answer. */
  requests: 100,
  inboxBytes: 512 * 1024 * 1024,
  /** The share of free disk space that inbox/ may take, whatever the number above says. */
  inboxShareOfFreeSpace: 0.1,
  quarantineFiles: 1000,
  quarantineBytes: 16 * 1024 * 1024,
  openInvites: 100,
  /** Shorter than the life of the prekeys behind it. */
  inviteLifeMs: 14 * 24 * 3600 * 1000,
  partFileLifeMs: 36 * 3600 * 1000,

  listenerHeadersTimeoutMs: 5000,
  listenerRequestTimeoutMs: 15_000,
  listenerKeepAliveMs: 5000,
  listenerIdleMs: 10_000,
  listenerHeaderBytes: 4096,
  listenerHeaders: 32,
  listenerRequestsPerSocket: 100,
  listenerSocketsPerAddress: 16,
  listenerSockets: 256,
  /** Stored envelopes that a listener recognizes: five full slots, 1.3 MB. */
  listenerKnownEnvelopes: 10_000,
  listenerHeapMb: 96,
  /** Half of the space for new objects: without a limit it grows under a flood until the process has 205 MB; with this one, 100. */
  listenerYoungMb: 8,
  /** How long a refused sender may keep sending before the socket is cut. */
  listenerLingerMs: 1000,
  /** How old a count of inbox/new may be when it causes a refusal. */
  recountMs: 250,
  /** How often a listener looks for what the system reports, in case that it missed something; and the same where it reports nothing. */
  lookReportedMs: 60_000,
  lookUnreportedMs: 12_000,

  postConnectTimeoutMs: 10_000,
  /** The time to connect to a place while the contact has others. */
  placeConnectMs: 3000,
  /** The pause before a failed place is tried again while others are left, doubling from the first number to the second. */
  placeRestMs: 30_000,
  placeRestMostMs: 300_000,
  /** A connection to an onion service takes three circuits: usually a second or two, and up to this. */
  onionConnectTimeoutMs: 20_000,
  onionTimeoutMs: 30_000,
  /** All heads of a proxy's answer to CONNECT; some explain a refusal at length. */
  proxyHeadBytes: 8192,
  /** By then the first screen has been drawn; loading what sends takes 50 ms. */
  loadSenderAfterMs: 1000,
  /** One whole exchange, even when a kept socket turned out to be dead at its first try. */
  postTimeoutMs: 15_000,
  /** Interim answers (1xx) of up to `listenerHeaderBytes` each, before the peer's server counts as broken; a cryptochat sends none. */
  interimAnswers: 8,
  retryFirstMs: 1000,
  retryMostMs: 300_000,
  /** Share by which a waiting time is randomly stretched or shrunk, so peers do not retry in step. */
  retryJitter: 0.2,
  /** Contacts that are posted to at the same time; the others wait for one of them to end. */
  postsAtOnce: 32,

  /** How long work in a turn may hold the event loop, so typing stays smooth; and how long an inbox slice may last, for one commit. */
  sliceMs: 8,
  sliceLastsMs: 24,
  /** Envelopes of one file that are read, and received in its turn, at a time. */
  takenAtOnce: 8,
  /** How soon inbox/new is read again while its files are received, so new ones get their turn, and how many are put in order. */
  lookAgainMs: 100,
  turnFiles: 1024,
  /** How often our own addresses and the clock are checked, which jumps when the machine was suspended; and how long a change may last. */
  returnLookMs: 4000,
  returnSettlesMs: 1000,
  returnGapMs: 15_000,
  /** How long a receipt, and the note that an envelope was accepted, wait for others to share a commit with. */
  receiptDelayMs: 40,
  settleDelayMs: 15,
  /** How often the state follows the database: so often at once, then once in so many ms. */
  showPace: { waitMs: 50, burst: 10 },
  /** The precision with which the time of a contact's last answer is noted. */
  answeredStepMs: 5000,
  scanEveryMs: 60_000,
  /**
   * How often the inbox is checked for arrivals that no event told of; and the same once an event has come, when later ones can be
   * relied on.
   */
  lookEveryMs: 1000,
  lookSeldomMs: 12_000,
  /** How long a message that came before its predecessor is held back. */
  holdBackMs: 2000,
  /**
   * Keys that one message may make libsignal derive before a MAC fits, about 5 ms: as many as there are envelopes in a full slot, and as
   * many skipped keys as both ratchets keep.
   */
  ratchetKeys: 2000,
  /** A jump that is always tried, and the longest through an invite or a card: a few messages that overtook each other. */
  nearKeys: 16,
  /** The allowance for all far messages of one contact: two full jumps at once, then 0.5 ms of each second. */
  payerKeys: 4000,
  payerKeysASecond: 200,
  /** The cost, in such keys, of checking a statement about a contact's keys: 200 of a sender who is not known yet are checked twice. */
  statementKeys: 8,
  /** How many statements of one content are always checked. */
  statementsAtOnce: 4,
  /**
   * States of one session: the one in use, two for a beginning on both sides, two for a reset on each, and one for a beginning that was on
   * its way.
   */
  sessionStates: 6,
  /** The record of one session, which is read and written with each message: the keys of a full slot take 154 KiB of it. */
  sessionBytes: 256 * 1024,
  /**
   * A new signed prekey, last-resort Kyber prekey and seal key are made this often; that many generations are kept, including the newest.
   */
  generationMs: 7 * 24 * 3600 * 1000,
  generations: 3,
  generationLifeMs: 182 * 24 * 3600 * 1000,
  /** How often unreadable messages are asked for again, and how often a contact may make this home repeat or skip. */
  resetEveryMs: 3600 * 1000,
  setBackEveryMs: 5000,
  /** How long a repeated line of the program gets a count instead of a new line. */
  noticeAgainMs: 3600 * 1000,
  /** Bugs of one run that are logged with the place where they happened; all are counted. */
  loggedBugs: 50,
  /** The longest pause before an unanswered statement is repeated. */
  askMostMs: 24 * 3600 * 1000,
  /** How long a missing message may still be on its way. */
  gapPatienceMs: 60_000,
  /** Messages that are encrypted in one transaction when many wait without an envelope. */
  composeAtOnce: 32,
  /** How often the work that is due by the clock is checked. */
  upkeepEveryMs: 60_000,
  turnOverEveryMs: 3600 * 1000,
  /** How long a retired identity key and its seal keys can still read; and how long for a contact that has no newer one yet. */
  retiredKeyLifeMs: 14 * 24 * 3600 * 1000,
  neededKeyLifeMs: 182 * 24 * 3600 * 1000,
  /** How long the program tries to deliver news to a contact's earlier address. */
  elsewhereLifeMs: 3 * 24 * 3600 * 1000,
  /** The number of earlier addresses of one contact for which such news waits. */
  placesWaitedFor: 4,
  /** Contents of one contact that only a newer version can read, and that are kept for it. */
  keptContents: 1000,
  keptContentsBytes: 8 * 1024 * 1024,
  /** Sequence numbers above the acknowledged one that a receipt can name. */
  receiptSeqs: 256,
  /**
   * Texts whose envelope is kept as it was on the wire: 2 MiB of the usual 4 KiB, 32 MiB if all were of the largest size. Enough to look
   * back over days, and little beside a history.
   */
  wireEnvelopes: 500,
  /** The longest text that can be searched for: in a long run of one letter, a longer one would take seconds. */
  searchLetters: 200,
  /** The number of messages that `read` prints when no number is given. */
  historyRows: 1000,
  /** Messages of one conversation in memory: the newest ones, or the most of them while the user reads elsewhere. */
  pageRows: 200,
  windowRows: 600,
  /** The largest database that is rewritten when one message is deleted: that takes about a second, in which nothing can be typed. */
  eraseAtOnceBytes: 48 * 1024 * 1024,

  /** scrypt N for the vault, r = 8, p = 1: about 0.4 s a guess. */
  vaultScryptN: 131_072,
  vaultFileBytes: 4096,
  /** The longest text or bytes in a backup: no row of a home has more than a text of 61,440 bytes, at worst each a U+FFFD. */
  backupValueBytes: 256 * 1024,
  /** How old a half-written vault must be before it counts as left behind. */
  vaultPartLifeMs: 60_000,
  /** The cost of an exported key file; OpenSSL refuses to use more than 32 MiB, and this one uses 16. */
  keyFileScrypt: { n: 16_384, r: 8, p: 5 },
  /** More rounds than that would only keep the client busy. */
  keyFileScryptMostP: 16,
  keyFileBytes: 8192,
  /** The longest passphrase that OpenSSL, and so Node, accepts. */
  passphraseBytes: 1024,
  slotsFileBytes: 4 * 1024 * 1024,
  /** Of listener.json, which the network-facing process writes. */
  presenceBytes: 4096,
  controlLineBytes: 1024 * 1024,
  /** Free space below which `doctor` calls the disk full, and nearly full: of the latter inbox/ may take 100 MB. */
  diskFullBytes: 64 * 1024 * 1024,
  diskScarceBytes: 1024 * 1024 * 1024,
  /** How far two clocks may be apart before `doctor` says so, and how long it waits for a connection to its own address. */
  clockSlackMs: 5 * 60_000,
  ownConnectionMs: 3000,
  /** How long the process that holds a home has to identify itself. */
  controlHelloMs: 5000,
  /** The default size of a lent box: an inbox for a few people who write while its owner is away for weeks. */
  boxFiles: 4000,
  boxBytes: 64 * 1024 * 1024,
  /** The size of a box that comes with a link, and of one that comes with a card, which anybody can have. */
  linkBox: { files: 128, bytes: 1024 * 1024, boxes: 1, days: 30 },
  cardBox: { files: 64, bytes: 256 * 1024, boxes: 100, days: 14 },
  /** The share of a box's promised size that the boxes of its owner's links may have. */
  boxShare: 0.5,
  /** Days without a collect after which a box ends; its uncollected mail is deleted earlier. */
  boxDays: 180,
  boxMailLifeMs: 60 * 24 * 3600 * 1000,
  /** How often a host checks whether a day has passed. */
  boxesLookMs: 3600 * 1000,
  /** The most bytes that a host promises to all boxes together, and the most boxes. */
  boxesBytes: 64 * 1024 * 1024 * 1024,
  boxes: 10_000,
  /** Boxes that a host keeps open, with their slots and counts; it opens any other on request. */
  boxesOpen: 256,
  /** One table: its slots, the gates among them, its links, and its bytes. */
  boxSlots: 10_000,
  boxGates: 64,
  boxLinks: 250,
  boxTableBytes: 1024 * 1024,
  /** One batch: its files, their bytes (more only when one file has more), its entries about links, and the most that an owner reads. */
  boxBatchFiles: 64,
  boxBatchBytes: 256 * 1024,
  boxNews: 128,
  boxBatchMostBytes: 512 * 1024,
  boxFullSlots: 64,
  boxCollectBytes: 4096,
  /** How long a collect waits, and how many of them wait at a host. */
  boxWaitMs: 50_000,
  boxWaiting: 1024,
  /**
   * How often a listener looks for mailboxes to collect from, and for changes that their hosts have to know, where a folder cannot be
   * watched or mail waits for room.
   */
  boxLookMs: 500,
  /** The longest pause after a collect that failed. */
  boxRetryMostMs: 15_000,
  /** How soon a change is written to reach.json, how often it is written without one, and its size. */
  reachDelayMs: 50,
  reachEveryMs: 30_000,
  reachBytes: 64 * 1024,
  /** How often a client checks whether that has changed, how often it reads it anyway, and how long a host may be silent before it counts as away. */
  boxStateLookMs: 12_000,
  boxStateAgainMs: 300_000,
  boxAwayMs: 120_000,
  /** How long a box may not know a slot that was announced a moment ago. */
  boxUnknownMs: 60_000,
  /** How long an ending listener waits until the hosts of its boxes have the newest slots. */
  boxSettleMs: 2000,
  /** How long a new link waits until the host of a box has it, and how often that is checked. */
  boxTableWaitMs: 10_000,
  boxTableLookMs: 100,
  /** The life of a ticket, and how many used ones of a box a host remembers: all older ones count as used. */
  boxTicketMs: 120_000,
  boxTickets: 256,

  /** Parcels that a client leaves to its listener: for one contact as much as a slot holds, and for all together. */
  parcels: 2000,
  parcelsBytes: 32 * 1024 * 1024,
  allParcels: 10_000,
  /** Parcels that are written at a time: as many as share one turn. */
  parcelsAtOnce: 64,
  /** How long an envelope may be on its way to a contact that answers before it is left to the listener, too. */
  parcelAfterMs: 1000,
  /** How long an ending client may write parcels; the rest goes when a client runs again. */
  parcelsCloseMs: 5000,
  /** How soon parcels that the disk did not take are tried again. */
  parcelsAgainMs: 30_000,
  /** How many messages that wait without an envelope are encrypted when a client closes, so its listener can carry them. */
  parcelsAtClose: 500,
  /** How often a listener looks for parcels; how often at most it reads their folder, and how often without a sign of change. */
  carryLookMs: 500,
  carryListLeastMs: 1000,
  carryListMs: 30_000,
  /** Contacts that a listener posts to at the same time. */
  carriedAtOnce: 8,

  listenerRestartFirstMs: 500,
  listenerRestartMostMs: 30_000,
  /**
   * How long a listener has to report that it listens; how often one that is not our child is checked for a live process, and for still
   * being a listener.
   */
  listenerStartMs: 10_000,
  listenerLookMs: 4000,
  listenerIsItMs: 60_000,
  /** How long our own Tor has until it accepts commands (with an old lock it waits 5 s), and how long an answer may take and be. */
  torStartMs: 20_000,
  torLookMs: 100,
  /** How often a Tor that is not ready yet is asked for its progress. */
  torAskMs: 1000,
  /** How long a Tor that was found running may take to answer before it is replaced. */
  torAdoptMs: 15_000,
  torAnswerMs: 5000,
  torAnswerBytes: 128 * 1024,
  /** How often a Tor that is connected and has announced its service is checked. */
  torLookAgainMs: 10_000,
  /** How long a step that needs Tor at once waits until it is connected: the first time it loads the list of all relays. */
  torReadyMs: 90_000,
  torrcMoreBytes: 64 * 1024,
  /**
   * When a router that mapped no port is asked again, doubling from the first number to the second; and how long an ending listener has
   * to give a port back.
   */
  mapAgainMs: 60_000,
  mapAgainMostMs: 1_800_000,
  unmapMs: 2000,
  /** How often the client checks the port that its router maps. */
  mappedLookMs: 3000,
  /** How often at most it adopts a new place, and how long a place must be missing before it is dropped: each is a message to everybody. */
  mappedTakeMs: 600_000,
  mappedNoneMs: 600_000,
} as const;
