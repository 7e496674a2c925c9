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
    // A database is not copied: what the row creates stays in it.
    let (folder, creates) = match bench.place.database {
        None => {
            copy_folder(data, &copy)?;
            (copy.as_path(), CREATES)
        }
        Some(_) => (data, CREATES / 5),
    };
    let server = Server::start(&bench.place, folder, &super::first_read(bench)?).await?;
    server.at_rest().await?;
    let target = server.fhir().await?;
    let mut figures = Vec::new();
    for (request, name, count) in [(Request::Read, READ, READS), (Request::Create, CREATE, creates)] {
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
    if bench.place.database.is_none() {
        std::fs::remove_dir_all(&copy)?;
    }
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
        if let Some(line) = Line::through(&costs) {
            let (value, error) = line.at(LARGEST);
            figures.push(Figure::new(name, LARGEST, value, "CPU-ms each, by the line"));
            figures.push(Figure::new(name, LARGEST, error, "± CPU-ms, 95%"));
        }
    }
    bench.note(figures);
}

/// The size that is told by the line through those that were measured: a person's 300 resources for a million people.
const LARGEST: u64 = 300_000_000;

/// The straight line through costs by the logarithm of the size, by least squares: a tree's depth grows like that.
struct Line {
    mean: (f64, f64),
    slope: f64,
    /// Standard error of a cost about the line.
    spread: f64,
    /// Sum of squares of the sizes' logarithms about their mean.
    width: f64,
    points: usize,
}

impl Line {
    /// `None` through fewer than three points: they say nothing of the error.
    fn through(costs: &[(u64, f64)]) -> Option<Line> {
        if costs.len() < 3 {
            return None;
        }
        let points: Vec<(f64, f64)> = costs
            .iter()
            .map(|(size, cost)| ((*size as f64).log10(), *cost))
            .collect();
        let count = points.len() as f64;
        let mean = (
            points.iter().map(|point| point.0).sum::<f64>() / count,
            points.iter().map(|point| point.1).sum::<f64>() / count,
        );
        let width: f64 = points.iter().map(|point| (point.0 - mean.0).powi(2)).sum();
        let slope = points
            .iter()
            .map(|point| (point.0 - mean.0) * (point.1 - mean.1))
            .sum::<f64>()
            / width;
        let left: f64 = points
            .iter()
            .map(|point| (point.1 - mean.1 - slope * (point.0 - mean.0)).powi(2))
            .sum();
        Some(Line {
            mean,
            slope,
            spread: (left / (count - 2.0)).sqrt(),
            width,
            points: points.len(),
        })
    }

    /// The cost at a size, and how far from it a measured one lies at most, 95 times in a hundred, if the line holds.
    fn at(&self, size: u64) -> (f64, f64) {
        /// Student's t for 95%, both sides, by degrees of freedom from 1.
        const T: [f64; 6] = [12.706, 4.303, 3.182, 2.776, 2.571, 2.447];
        let from_mean = (size as f64).log10() - self.mean.0;
        let t = T[(self.points - 3).min(T.len() - 1)];
        let factor = (1.0 + 1.0 / self.points as f64 + from_mean.powi(2) / self.width).sqrt();
        (self.mean.1 + self.slope * from_mean, t * self.spread * factor)
    }
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
    use super::{Line, tenfold};

    #[test]
    fn a_straight_line_is_found_and_its_error_grows_with_the_distance() {
        let exact: Vec<(u64, f64)> = [10u64, 100, 1000]
            .iter()
            .zip([1.0, 2.0, 3.0])
            .map(|(size, cost)| (*size, cost))
            .collect();
        let line = Line::through(&exact).expect("three points");
        let (value, error) = line.at(100_000);
        assert!((value - 5.0).abs() < 1e-9 && error.abs() < 1e-6);
        // Worked by hand: residuals 1/6, -1/3, 1/6; s = 0.408; at the mean the factor is sqrt(4/3).
        let line = Line::through(&[(10, 1.0), (100, 1.5), (1000, 3.0)]).expect("three points");
        let (value, error) = line.at(100);
        assert!((value - 11.0 / 6.0).abs() < 1e-9);
        assert!((error - 12.706 * (1.0f64 / 6.0).sqrt() * (4.0f64 / 3.0).sqrt()).abs() < 1e-6);
        assert!(line.at(100_000).1 > error);
        assert!(Line::through(&[(10, 1.0), (100, 1.0)]).is_none());
    }

    #[test]
    fn growth_over_another_step_is_told_as_over_ten() {
        assert!((tenfold(10, 100, 1.2) - 1.2).abs() < 1e-9);
        assert!((tenfold(10, 1000, 1.44) - 1.2).abs() < 1e-9);
    }
}
