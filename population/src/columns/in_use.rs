//! Which codes somebody has: what leaves memory names no others.

use super::Columns;

impl Columns {
    /// The numbers in use, those used most first after 0; and for each number its place among them.
    pub(crate) fn by_use(&self) -> (Vec<u32>, Vec<u32>) {
        let names = self.dictionary.names().len();
        let mut uses = vec![0u64; names];
        let mut count = |numbers: &[u32]| {
            for number in numbers {
                uses[*number as usize] += 1;
            }
        };
        for (_, shard) in self.shards() {
            count(&shard.coded.code);
            count(&shard.measured.code);
            count(&shard.courses.code);
            count(&shard.area);
            count(&shard.practice);
        }
        let mut order: Vec<u32> = (0u32..)
            .take(names)
            .filter(|number| *number == 0 || uses[*number as usize] > 0)
            .collect();
        order.sort_by_key(|number| (*number != 0, std::cmp::Reverse(uses[*number as usize]), *number));
        let mut numbers = vec![0u32; names];
        for (place, number) in (0u32..).zip(&order) {
            numbers[*number as usize] = place;
        }
        (order, numbers)
    }
}
