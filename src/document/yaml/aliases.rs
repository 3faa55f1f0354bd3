//! The reference's guard against texts that grow without bound through aliases.

use std::fmt;

/// Counts the nodes decoded from one document. Nodes nobody decodes cost nothing.
#[derive(Debug, Clone, Default)]
pub struct AliasBudget {
    nodes: u64,
    through_aliases: u64,
}

/// Too many of the nodes of a document are reached through aliases.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ExcessiveAliasing;

impl fmt::Display for ExcessiveAliasing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("document contains excessive aliasing")
    }
}

impl std::error::Error for ExcessiveAliasing {}

impl AliasBudget {
    /// Counts one node (keys and alias nodes too), `through_alias` if it lies behind one.
    ///
    /// # Errors
    /// When more than 100 nodes, and of more than 1,000 more than the allowed share, came through aliases.
    pub fn count(&mut self, through_alias: bool) -> Result<(), ExcessiveAliasing> {
        self.nodes += 1;
        self.through_aliases += u64::from(through_alias);
        let share = self.through_aliases as f64 / self.nodes as f64;
        if self.through_aliases > 100 && self.nodes > 1_000 && share > allowed_share(self.nodes) {
            return Err(ExcessiveAliasing);
        }
        Ok(())
    }
}

/// 99 % for small documents, falling evenly to 10 % for those of four million nodes.
fn allowed_share(nodes: u64) -> f64 {
    const SMALL: f64 = 400_000.0;
    const LARGE: f64 = 4_000_000.0;
    let position = ((nodes as f64 - SMALL) / (LARGE - SMALL)).clamp(0.0, 1.0);
    0.99 - 0.89 * position
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused_at(aliased_of_hundred: u64) -> Option<u64> {
        let mut budget = AliasBudget::default();
        (1..=5_000_000).find(|node| budget.count(node % 100 < aliased_of_hundred).is_err())
    }

    #[test]
    fn the_share_of_aliases_is_limited() {
        assert_eq!(refused_at(100), Some(1_001));
        assert_eq!(refused_at(9), None);
        let half = refused_at(50).expect("half is too much for a large document");
        assert!((2_300_000..2_500_000).contains(&half), "{half}");
    }

    #[test]
    fn a_few_aliases_are_always_fine() {
        let mut budget = AliasBudget::default();
        assert!((0..100).all(|_| budget.count(true).is_ok()));
        assert!((0..10_000).all(|_| budget.count(false).is_ok()));
    }
}
