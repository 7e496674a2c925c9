use synthetic::{Options, Region, day::Day, place::Files};
fn main() {
    let people: u64 = std::env::args().nth(1).unwrap().parse().unwrap();
    let began = std::time::Instant::now();
    let region = Region::grow(Options { seed: 1, people, today: Day::ymd(2026, 11, 1), files: Files::Bsw }).unwrap();
    println!("grown in {:?}: {} lives", began.elapsed(), region.lives());
    let began = std::time::Instant::now();
    let mut counts = vec![]; let mut over = vec![]; let mut multi=[[0.0;2];5]; let mut kinds = [0usize; 10];
    for i in 0..(people as usize) {
        let life = region.life(i);
        let n = life.problems.len()+life.measurements.len()+life.panels.len()+life.courses.len()+life.allergies.len()+life.immunisations.len()+life.procedures.len()+life.contacts.len()+life.referrals.len()+life.appointments.len()+life.letters.len()+life.plans.len()+life.packages.len()+life.forms.len();
        for (k, v) in kinds.iter_mut().zip([life.problems.len(),life.measurements.len(),life.panels.len(),life.courses.len(),life.immunisations.len(),life.procedures.len(),life.contacts.len(),life.appointments.len(),life.letters.len(),life.packages.len()]) { *k += v; }
        counts.push(n);
        let age = region.people[i].age(region.options.today);
        if age >= 65 { over.push(n); }
        let band = match age { 0..25=>0, 25..45=>1, 45..65=>2, 65..85=>3, _=>4 };
        let long = life.problems.iter().filter(|p| region.parameters.conditions[p.condition as usize].long_term).count();
        multi[band][0] += 1.0; if long>=2 { multi[band][1]+=1.0; }
    }
    println!("lives in {:?}, {:.0} a second", began.elapsed(), people as f64/began.elapsed().as_secs_f64());
    counts.sort(); over.sort();
    println!("all: p10 {} median {} p90 {} mean {}; over 65: {}", counts[counts.len()/10], counts[counts.len()/2], counts[counts.len()*9/10], counts.iter().sum::<usize>()/counts.len(), over[over.len()/2]);
    println!("{kinds:?}");
    for m in multi { print!("{:.3} ", m[1]/m[0]); } println!();
    let t: f64 = multi.iter().map(|m| m[1]).sum(); println!("2+ {:.3}", t/people as f64);
}
