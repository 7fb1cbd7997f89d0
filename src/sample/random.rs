//! Chance that repeats: one seed gives one organization, on every machine.

/// SplitMix64 (Steele, Lea, Flood 2014): small, well mixed, and not for secrets.
#[derive(Clone, Debug)]
pub struct Random {
    state: u64,
}

impl Random {
    /// A stream of numbers for a seed.
    pub fn new(seed: u64) -> Self {
        Random { state: seed }
    }

    /// A stream for one named thing, so that adding a thing does not move all the others.
    pub fn named(seed: u64, name: &str) -> Self {
        let mut hash = 0xcbf2_9ce4_8422_2325_u64 ^ seed;
        for byte in name.bytes() {
            hash = (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3);
        }
        let mut random = Random::new(hash);
        random.next();
        random
    }

    /// The next 64 bits.
    #[allow(clippy::should_implement_trait)] // it never ends, so it is no iterator
    pub fn next(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.state;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// A number below `bound`; 0 where the bound is 0.
    pub fn below(&mut self, bound: usize) -> usize {
        match bound {
            0 => 0,
            bound => ((u128::from(self.next()) * bound as u128) >> 64) as usize,
        }
    }

    /// One member, `None` of an empty slice.
    pub fn pick<'a, T>(&mut self, members: &'a [T]) -> Option<&'a T> {
        members.get(self.below(members.len()))
    }

    /// Another order.
    pub fn shuffle<T>(&mut self, members: &mut [T]) {
        for last in (1..members.len()).rev() {
            members.swap(last, self.below(last + 1));
        }
    }

    /// `n` bytes.
    pub fn bytes(&mut self, n: usize) -> Vec<u8> {
        let mut out = Vec::with_capacity(n + 8);
        while out.len() < n {
            out.extend_from_slice(&self.next().to_le_bytes());
        }
        out.truncate(n);
        out
    }

    /// A version 4 GUID in lower case.
    pub fn guid(&mut self) -> String {
        let (a, b) = (self.next(), self.next());
        format!(
            "{:08x}-{:04x}-4{:03x}-{:04x}-{:012x}",
            a >> 32,
            (a >> 16) & 0xffff,
            a & 0xfff,
            0x8000 | ((b >> 48) & 0x3fff),
            b & 0xffff_ffff_ffff
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seed_repeats_and_another_does_not() {
        let take = |seed| {
            let mut random = Random::new(seed);
            (random.guid(), random.below(1000), random.bytes(5))
        };
        assert_eq!(take(7), take(7));
        assert_ne!(take(7), take(8));
        assert_eq!(Random::named(1, "a").guid().len(), 36);
        assert_ne!(Random::named(1, "a").guid(), Random::named(1, "b").guid());
    }

    #[test]
    fn a_shuffle_loses_nothing() {
        let mut members: Vec<usize> = (0..50).collect();
        Random::new(3).shuffle(&mut members);
        assert_ne!(members, (0..50).collect::<Vec<_>>());
        members.sort_unstable();
        assert_eq!(members, (0..50).collect::<Vec<_>>());
    }
}
