//! Row "growth": what a create and a read cost as the record grows, on a copy of it, so that the row leaves no trace.

use std::path::Path;

use super::requests::cpu_each;
use crate::bench::figures::Figure;
use crate::bench::generate::Seed;
use crate::bench::load::{Load, Until};
use crate::bench::run::Bench;
use crate::bench::server::Server;
use crate::bench::workload::Request;

const CREATE: &str = "growth create";
const READ: &str = "growth read";
/// Few creates, so that the smallest record is not another when the row ends.
const CREATES: u64 = 1_000;
const READS: u64 = 20_000;

/// Creates and reads at one size.
pub(super) async fn measure(bench: &mut Bench, data: &Path, size: u64) -> anyhow::Result<()> {
    let copy = bench.place.scratch.join("copy");
    copy_folder(data, &copy)?;
    let server = Server::start(&bench.place, &copy, &super::first_read(bench)?).await?;
    let target = server.fhir().await?;
    let mut figures = Vec::new();
    for (request, name, count) in [(Request::Read, READ, READS), (Request::Create, CREATE, CREATES)] {
        let requests = request.render(&target, &bench.targets, &mut Seed::new(11))?;
        let load = bench.load(&target, requests, request.connections(), server.id());
        let outcomes = bench
            .measure(Load {
                until: Until::Requests(count),
                ..load
            })
            .await?;
        figures.push(Figure::new(name, size, cpu_each(&outcomes), "CPU-ms each"));
    }
    server.stop().await?;
    std::fs::remove_dir_all(&copy)?;
    bench.note(figures);
    Ok(())
}

/// How much more each costs at the largest size than at the one before, for a tenfold step.
pub(super) fn ratios(bench: &mut Bench) {
    let mut figures = Vec::new();
    for name in [CREATE, READ] {
        let costs: Vec<(u64, f64)> = bench
            .figures
            .iter()
            .filter(|figure| figure.row == name)
            .map(|figure| (figure.size, figure.value))
            .collect();
        for pair in costs.windows(2) {
            let ((smaller, before), (larger, after)) = (pair[0], pair[1]);
            // A step shorter than threefold says more of the noise than of growth.
            if before > 0.0 && larger >= 3 * smaller {
                figures.push(
                    Figure::new(
                        name,
                        larger,
                        tenfold(smaller, larger, after / before),
                        "× per 10×",
                    )
                    .at_most(1.3),
                );
            }
        }
    }
    bench.note(figures);
}

/// The growth over a step from `smaller` to `larger`, as it would be over a step of ten.
fn tenfold(smaller: u64, larger: u64, growth: f64) -> f64 {
    growth.powf(1.0 / (larger as f64 / smaller as f64).log10())
}

fn copy_folder(from: &Path, to: &Path) -> std::io::Result<()> {
    std::fs::create_dir(to)?;
    for entry in std::fs::read_dir(from)? {
        let entry = entry?;
        let to = to.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            copy_folder(&entry.path(), &to)?;
        } else {
            std::fs::copy(entry.path(), to)?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::tenfold;

    #[test]
    fn growth_over_another_step_is_told_as_over_ten() {
        assert!((tenfold(10, 100, 1.2) - 1.2).abs() < 1e-9);
        assert!((tenfold(10, 1000, 1.44) - 1.2).abs() < 1e-9);
    }
}
