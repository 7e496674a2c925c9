//! What was destroyed does not come back with a backup, whichever of its runs and moments is restored.

use jiff::SignedDuration;
use record::restore::Restore;

use crate::backup::kept::Kept;
use crate::contract::destroy::{SECRETS, destroy, found, lived};
use crate::house::{House, deed};

#[tokio::test]
async fn what_was_destroyed_after_a_run_is_destroyed_again_by_its_restore() {
    let house = House::open().await;
    let kept = Kept::new();
    lived(&house.record).await;
    let first = kept.run(house.folder.path(), false).await.manifest.run;
    let until = house.clock_now();
    house.clock.advance(SignedDuration::from_secs(60));
    deed(&house.record, destroy(&["9990548609"], "actor-2"))
        .await
        .expect("destroyed");
    kept.only_run(house.folder.path(), false, &house.clock);
    let nothing = [] as [String; 0];
    for restore in [
        kept.newest(),
        Restore {
            run: Some(first),
            ..kept.newest()
        },
        Restore {
            until: Some(until),
            ..kept.newest()
        },
    ] {
        let copy = kept.restore(&restore);
        assert_eq!(
            found(copy.path(), &SECRETS),
            nothing,
            "{:?} {:?}",
            restore.run,
            restore.until
        );
    }
    // A run that begins anew holds nothing of it, and equals the store.
    kept.run(house.folder.path(), true).await;
    house.check().await;
}
