//! The three stages of life of the region's strategy (2019): maternity and children, staying healthy, later life to
//! the end of life. Their limits are our reading: under 18 or pregnant; then; from 65, or at the end of life at any age.

/// A stage of life.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum LifeStage {
    /// Under 18, or pregnant.
    MaternityAndChildren,
    /// From 18.
    StayingHealthy,
    /// From 65, or at the end of life.
    LaterLife,
}

impl LifeStage {
    /// Every stage, in order.
    pub const ALL: [LifeStage; 3] = [
        LifeStage::MaternityAndChildren,
        LifeStage::StayingHealthy,
        LifeStage::LaterLife,
    ];

    /// Its name in files.
    pub const fn name(self) -> &'static str {
        match self {
            LifeStage::MaternityAndChildren => "maternity-and-children",
            LifeStage::StayingHealthy => "staying-healthy",
            LifeStage::LaterLife => "later-life",
        }
    }

    /// Its name for people.
    pub const fn label(self) -> &'static str {
        match self {
            LifeStage::MaternityAndChildren => "Maternity and children",
            LifeStage::StayingHealthy => "Staying healthy",
            LifeStage::LaterLife => "Later life to the end of life",
        }
    }
}

/// The stage of somebody of an age in years. A child at the end of life stays with the children; pregnancy comes before
/// the end of life.
///
/// ```
/// use care::segment::{LifeStage, life_stage};
/// assert_eq!(life_stage(48, false, false), LifeStage::StayingHealthy);
/// assert_eq!(life_stage(85, false, false), LifeStage::LaterLife);
/// assert_eq!(life_stage(48, false, true), LifeStage::LaterLife);
/// assert_eq!(life_stage(9, false, true), LifeStage::MaternityAndChildren);
/// ```
pub const fn life_stage(age: u8, pregnant: bool, end_of_life: bool) -> LifeStage {
    match age {
        0..=17 => LifeStage::MaternityAndChildren,
        _ if pregnant => LifeStage::MaternityAndChildren,
        65.. => LifeStage::LaterLife,
        _ if end_of_life => LifeStage::LaterLife,
        _ => LifeStage::StayingHealthy,
    }
}
