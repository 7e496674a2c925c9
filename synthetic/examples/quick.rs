use synthetic::{Options, Region, day::Day, place::Files, report::Report};
fn main() {
    let people: u64 = std::env::args().nth(1).unwrap().parse().unwrap();
    let region = Region::grow(Options {
        seed: 1,
        people,
        today: Day::ymd(2026, 11, 1),
        files: Files::Bsw,
    })
    .unwrap();
    let report = Report::of(&region, 2).unwrap();
    std::fs::write("/tmp/report.html", report.html()).unwrap();
    std::fs::write("/tmp/report.csv", report.csv()).unwrap();
    println!("{} figures", report.summary.figures.len());
    for f in &report.summary.figures {
        if !f.within || f.held_out {
            println!(
                "{} {} pub {:.3} gen {:.3} {}",
                if f.within { "ok " } else { "OUT" },
                f.key,
                f.published,
                f.generated,
                f.tolerance
            );
        }
    }
}
