//! Registries of employees (зарплатный проект).

mod card;
mod create;
mod line;
mod steps;

pub use card::{
    EmployeeInfo, GetSalaryRegistry, ListSalaryRegistries, SalaryCardLine, SalaryRegistry,
};
pub use create::{CreateAndSubmitSalaryRegistry, CreateSalaryRegistry};
pub use line::{Employee, SalaryLine};
pub use steps::{
    CancelSalaryRegistry, GetSalaryRegistryCancellation, GetSalaryRegistryCreation,
    GetSalaryRegistryCreationAndSubmission, GetSalaryRegistrySubmission, SubmitSalaryRegistry,
};
