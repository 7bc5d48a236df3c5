//! Every bound of the engine, in numbers of things and never in time, so that a limit is hit the same way everywhere.

/// Runs of equal amounts up to this length are compared in full; longer ones by date and by shared tokens.
pub(crate) const SHORT_RUN: usize = 48;
/// The same where a model is learnt, from pairs that are certain: what lies further away is none.
pub(crate) const SHORT_RUN_TO_LEARN: usize = 32;
/// Entries of a long run that are compared because of their date.
pub(crate) const NEAR_BY_DATE: usize = 32;
/// The same where a model is learnt.
pub(crate) const NEAR_BY_DATE_TO_LEARN: usize = 12;
/// Entries of a long run that are compared because of one shared token.
pub(crate) const NEAR_BY_TOKEN: usize = 8;
/// Entries that are compared for the sake of a runner-up when a document number has decided already.
pub(crate) const BESIDE_DECISIVE: usize = 2;
/// Entries of a long run that are compared because of their date when others have a name in common.
pub(crate) const NEAR_BESIDE_NAMED: usize = 4;
/// Names of a line that are followed among equal amounts.
pub(crate) const NAMES_AMONG_EQUAL: usize = 4;
/// A number that more entries have than this brings no candidates of other amounts.
pub(crate) const COMMON_NUMBER: u32 = 12;
/// Entries that are compared because of one name when the amounts only resemble each other.
pub(crate) const NEAR_BY_NAME: usize = 24;
/// Entries that begin as a line does, before their amounts are looked at.
pub(crate) const NEAR_BY_OPENING: usize = 512;
/// Entries of nearly a line's amount that are compared when nothing else leads to any.
pub(crate) const NEARLY_EQUAL: usize = 6;
/// The same for lines that name a foreign currency.
pub(crate) const NEARLY_ABROAD: usize = 32;
/// Entries of nearly a line's amount that are looked at for those near in time.
pub(crate) const NEARLY_LOOKED_AT: usize = 2_000;
/// Lines that a model is learnt from; of more, a part is taken by what they say.
pub(crate) const SAMPLE_LINES: u32 = 50_000;
/// Most candidates a line keeps.
pub(crate) const CANDIDATES: usize = 40;
/// Candidates below this score, in hundredths of a bit, are dropped.
pub(crate) const LOWEST_SCORE: i32 = -300;
/// Steps of one search for an augmenting path; beyond it the line stays open.
pub(crate) const PATH_STEPS: u32 = 20_000;
/// Rounds in which probabilities settle.
pub(crate) const ROUNDS: u32 = 30;
/// A pair of equal amounts at or above this probability, in parts per million, is not broken up by a search for groups.
pub(crate) const FIRM_PPM: u32 = 970_000;
/// Rounds in which groups are looked for.
pub(crate) const GROUP_ROUNDS: u32 = 2;
/// Rounds between them in which what a settled payout left over is looked for in the next.
pub(crate) const PAYOUT_ROUNDS: u32 = 6;
