//! Slowing down password guesses without ever locking anybody out.
//!
//! A login waits before its password is looked at; right and wrong passwords
//! wait alike. How long depends on recent failures in three scopes: the pair of
//! address and name, the address, and (lightly) the name. Somebody who guesses
//! from one address therefore costs the owner at another one at most the light
//! delay. Requests with a host key never come here.
//!
//! Waiting alone would not slow down a guesser who tries many passwords at
//! once, so the attempts of one address queue up, and when the queue is longer
//! than a client would wait, further ones are refused without a look at the
//! password.

use std::collections::HashMap;
use std::hash::{BuildHasher, Hash, RandomState};
use std::net::{IpAddr, Ipv6Addr};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

/// Clients give up after 30 s at the earliest, and hashing takes its time too.
pub(crate) const LONGEST_WAIT: Duration = Duration::from_secs(10);

/// Failures are forgotten this long after the last one.
const FORGOTTEN_AFTER: Duration = Duration::from_secs(15 * 60);

/// Bounds memory (under 2 MiB) against a guesser with very many addresses.
const MOST_RECORDS: usize = 20_000;

/// How one scope slows down.
struct Pace {
    /// Failures before the first delay.
    free_failures: u32,
    /// The first delay; it doubles with each further failure.
    first_delay: Duration,
    /// Where doubling ends.
    longest_delay: Duration,
    /// Whether attempts made at the same time wait for one another.
    queues: bool,
}

const PAIR: Pace = Pace {
    free_failures: 4,
    first_delay: Duration::from_secs(1),
    longest_delay: LONGEST_WAIT,
    queues: true,
};
// A family or a class can share one address, so it is allowed more.
const ADDRESS: Pace = Pace {
    free_failures: 10,
    first_delay: Duration::from_millis(500),
    longest_delay: Duration::from_secs(3),
    queues: true,
};
// Guesses from many addresses. A queue here would let them keep the owner out.
const NAME: Pace = Pace {
    free_failures: 20,
    first_delay: Duration::from_millis(500),
    longest_delay: Duration::from_secs(2),
    queues: false,
};

impl Pace {
    fn delay(&self, failures: u32) -> Duration {
        let Some(beyond) = failures.checked_sub(self.free_failures) else {
            return Duration::ZERO;
        };
        self.first_delay.saturating_mul(1 << beyond.min(16)).min(self.longest_delay)
    }
}

/// The queue of this address is longer than a client would wait.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct QueueFull;

/// A login on its way. Counts as a failure unless reported as a success, so
/// that attempts made at the same time already slow one another down.
#[derive(Debug)]
pub(crate) struct Attempt {
    /// When the password may be looked at.
    pub(crate) turn: Instant,
    keys: [u64; 3],
}

#[derive(Debug)]
struct Record {
    failures: u32,
    last_failure: Instant,
    queue_end: Instant,
}

/// What is known of recent failures. In memory only: a restart forgets them.
#[derive(Debug, Default)]
pub(crate) struct LoginThrottle {
    hasher: RandomState,
    records: Mutex<HashMap<u64, Record>>,
}

impl LoginThrottle {
    /// Registers a login and says when its turn is.
    pub(crate) fn register(
        &self,
        address: IpAddr,
        name_key: &str,
        now: Instant,
    ) -> Result<Attempt, QueueFull> {
        let keys = self.keys(address, name_key);
        let mut records = self.lock();
        make_room(&mut records, now);
        let mut turn = now;
        let mut queue_ends = [now; 3];
        for (index, (key, pace)) in keys.iter().zip([PAIR, ADDRESS, NAME]).enumerate() {
            let record = records.entry(*key).or_insert(Record {
                failures: 0,
                last_failure: now,
                queue_end: now,
            });
            if now.duration_since(record.last_failure) >= FORGOTTEN_AFTER {
                record.failures = 0;
            }
            record.last_failure = now;
            let delay = pace.delay(record.failures);
            let from = if pace.queues { record.queue_end.max(now) } else { now };
            queue_ends[index] = if delay.is_zero() { now } else { from + delay };
            turn = turn.max(queue_ends[index]);
        }
        if turn.duration_since(now) > LONGEST_WAIT {
            return Err(QueueFull);
        }
        for (key, queue_end) in keys.iter().zip(queue_ends) {
            if let Some(record) = records.get_mut(key) {
                record.failures = record.failures.saturating_add(1);
                record.queue_end = record.queue_end.max(queue_end);
            }
        }
        Ok(Attempt { turn, keys })
    }

    /// The password was right. The pair starts afresh; the address and the name
    /// are only relieved of this attempt, or a guesser with an account of their
    /// own could wipe the slate clean.
    pub(crate) fn succeeded(&self, attempt: Attempt) {
        let mut records = self.lock();
        let [pair, address, name] = attempt.keys;
        records.remove(&pair);
        for key in [address, name] {
            if let Some(record) = records.get_mut(&key) {
                record.failures = record.failures.saturating_sub(1);
            }
        }
    }

    fn keys(&self, address: IpAddr, name_key: &str) -> [u64; 3] {
        let network = network_of(address);
        [
            self.key(&(0_u8, network, name_key)),
            self.key(&(1_u8, network)),
            self.key(&(2_u8, name_key)),
        ]
    }

    fn key(&self, scope: &impl Hash) -> u64 {
        self.hasher.hash_one(scope)
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<u64, Record>> {
        // The map is consistent between any two statements.
        self.records.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A household gets a whole IPv6 /64; counting its single addresses would give
/// a guesser 2^64 fresh starts.
fn network_of(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V4(address) => IpAddr::V4(address),
        IpAddr::V6(address) => {
            let [a, b, c, d, ..] = address.segments();
            IpAddr::V6(Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0))
        }
    }
}

fn make_room(records: &mut HashMap<u64, Record>, now: Instant) {
    if records.len() + 3 <= MOST_RECORDS {
        return;
    }
    records.retain(|_, record| now.duration_since(record.last_failure) < FORGOTTEN_AFTER);
    if records.len() > MOST_RECORDS / 2 {
        let mut times: Vec<Instant> = records.values().map(|record| record.last_failure).collect();
        let middle = times.len() / 2;
        let (_, median, _) = times.select_nth_unstable(middle);
        let median = *median;
        records.retain(|_, record| record.last_failure > median);
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use super::*;

    const ATTACKER: IpAddr = IpAddr::V4(std::net::Ipv4Addr::new(203, 0, 113, 9));
    const OWNER: IpAddr = IpAddr::V4(std::net::Ipv4Addr::new(192, 168, 1, 20));

    fn seconds(n: u64) -> Duration {
        Duration::from_secs(n)
    }

    /// Makes `count` wrong guesses, each after the answer to the one before;
    /// gives the waits and the time afterwards.
    fn guess(
        throttle: &LoginThrottle,
        address: IpAddr,
        name: &str,
        count: usize,
        start: Instant,
    ) -> (Vec<Duration>, Instant) {
        let mut now = start;
        let waits = (0..count)
            .map(|_| {
                let turn = throttle.register(address, name, now).unwrap().turn;
                let wait = turn - now;
                now = turn;
                wait
            })
            .collect();
        (waits, now)
    }

    #[test]
    fn a_few_typing_errors_cost_nothing() {
        let (waits, _) = guess(&LoginThrottle::default(), OWNER, "anna", 4, Instant::now());
        assert_eq!(waits, [Duration::ZERO; 4]);
    }

    #[test]
    fn guesses_at_one_name_wait_longer_and_longer_up_to_ten_seconds() {
        let (waits, _) = guess(&LoginThrottle::default(), ATTACKER, "anna", 11, Instant::now());
        assert_eq!(waits[4..], [1, 2, 4, 8, 10, 10, 10].map(seconds));
    }

    #[test]
    fn guesses_at_many_names_from_one_address_are_slowed_down() {
        let throttle = LoginThrottle::default();
        let start = Instant::now();
        for i in 0..20 {
            let _ = throttle.register(ATTACKER, &format!("name{i}"), start);
        }
        let later = start + seconds(60);
        let turn = throttle.register(ATTACKER, "another", later).unwrap().turn;
        assert_eq!(turn - later, seconds(3));
    }

    #[test]
    fn a_guesser_elsewhere_does_not_keep_the_owner_out() {
        let throttle = LoginThrottle::default();
        let (_, now) = guess(&throttle, ATTACKER, "anna", 100, Instant::now());
        let wait = throttle.register(OWNER, "anna", now).unwrap().turn - now;
        assert!(wait <= seconds(2), "the owner waits {wait:?}");
    }

    #[test]
    fn guesses_made_at_the_same_time_queue_up_and_the_queue_is_bounded() {
        let throttle = LoginThrottle::default();
        let now = Instant::now();
        let accepted: Vec<Duration> = (0..1000)
            .filter_map(|_| throttle.register(ATTACKER, "anna", now).ok())
            .map(|attempt| attempt.turn - now)
            .collect();
        assert!(accepted.len() < 10, "{} of 1000 were let through", accepted.len());
        assert!(accepted.iter().all(|wait| *wait <= LONGEST_WAIT));
        // The owner's address is not part of that queue.
        assert!(throttle.register(OWNER, "anna", now).is_ok());
    }

    #[test]
    fn a_success_clears_the_pair_but_not_the_address() {
        let throttle = LoginThrottle::default();
        let (_, now) = guess(&throttle, ATTACKER, "anna", 8, Instant::now());
        let own = throttle.register(ATTACKER, "mallory", now).unwrap();
        throttle.succeeded(own);
        let now = now + seconds(60);
        let turn = throttle.register(ATTACKER, "anna", now).unwrap().turn;
        assert_eq!(turn - now, seconds(10), "mallory's success does not help with anna");

        let now = turn;
        let right = throttle.register(ATTACKER, "anna", now).unwrap();
        let now = right.turn;
        throttle.succeeded(right);
        assert_eq!(throttle.register(ATTACKER, "anna", now).unwrap().turn, now);
    }

    #[test]
    fn failures_are_forgotten_after_a_quarter_of_an_hour() {
        let throttle = LoginThrottle::default();
        let (_, now) = guess(&throttle, OWNER, "anna", 12, Instant::now());
        let later = now + FORGOTTEN_AFTER;
        assert_eq!(throttle.register(OWNER, "anna", later).unwrap().turn, later);
    }

    #[test]
    fn addresses_of_one_ipv6_network_count_as_one() {
        let throttle = LoginThrottle::default();
        let start = Instant::now();
        for i in 1..=4_u16 {
            let address = Ipv6Addr::new(0x2001, 0xdb8, 0, 7, i, i, i, i).into();
            throttle.register(address, "anna", start).unwrap();
        }
        let fifth = Ipv6Addr::new(0x2001, 0xdb8, 0, 7, 9, 9, 9, 9).into();
        assert_eq!(throttle.register(fifth, "anna", start).unwrap().turn - start, seconds(1));
        let neighbour = Ipv6Addr::new(0x2001, 0xdb8, 0, 8, 9, 9, 9, 9).into();
        assert_eq!(throttle.register(neighbour, "anna", start).unwrap().turn, start);
    }

    #[test]
    fn the_number_of_records_is_bounded() {
        let throttle = LoginThrottle::default();
        let start = Instant::now();
        for i in 0..50_000_u32 {
            let address = Ipv6Addr::from(u128::from(i) << 64).into();
            let now = start + Duration::from_millis(u64::from(i));
            let _ = throttle.register(address, &i.to_string(), now);
        }
        assert!(throttle.lock().len() <= MOST_RECORDS);
    }
}
