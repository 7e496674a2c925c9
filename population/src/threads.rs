//! Work in parts, shared among threads; what came of it stands in the order of the parts, whoever did them.

use std::sync::atomic::{AtomicUsize, Ordering};

/// Does something with each part, by so many threads, and gives what came of each in their order.
pub(crate) fn in_order<P: Sync, T: Send>(
    threads: usize,
    parts: &[P],
    work: impl Fn(&P) -> T + Sync,
) -> Vec<T> {
    if threads <= 1 {
        return parts.iter().map(work).collect();
    }
    let next = AtomicUsize::new(0);
    let mut done: Vec<(usize, T)> = std::thread::scope(|scope| {
        let workers: Vec<_> = (0..threads)
            .map(|_| {
                scope.spawn(|| {
                    let mut done = Vec::new();
                    loop {
                        let at = next.fetch_add(1, Ordering::Relaxed);
                        let Some(part) = parts.get(at) else {
                            return done;
                        };
                        done.push((at, work(part)));
                    }
                })
            })
            .collect();
        // A worker only reads; were one to fail all the same, the count must fail with it and never fall short.
        workers
            .into_iter()
            .flat_map(|worker| {
                worker
                    .join()
                    .unwrap_or_else(|fault| std::panic::resume_unwind(fault))
            })
            .collect()
    });
    done.sort_unstable_by_key(|(at, _)| *at);
    done.into_iter().map(|(_, part)| part).collect()
}
