//! The events of GitHub that start a workflow: their names, their activities, the filters they take, and the reference a run
//! of each is at. As in GitHub's workflow grammar and its documentation, read 2026-11.

/// What started a run. A call starts none: a called pipeline runs in its caller's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Event {
    /// A pull request.
    PullRequest,
    /// A push of commits or tags.
    Push,
    /// The merge queue.
    MergeGroup,
    /// A release.
    Release,
    /// The clock.
    Schedule,
    /// Somebody, by hand.
    Manual,
    /// A rule that protects branches.
    BranchProtectionRule,
    /// One check of a commit.
    CheckRun,
    /// All checks of a commit by one app.
    CheckSuite,
    /// A new branch or tag.
    Create,
    /// The end of a branch or tag.
    Delete,
    /// A deployment.
    Deployment,
    /// The state of a deployment.
    DeploymentStatus,
    /// A discussion.
    Discussion,
    /// A comment on a discussion.
    DiscussionComment,
    /// A fork of the repository.
    Fork,
    /// A page of the wiki.
    Gollum,
    /// A version of a runner's image.
    ImageVersion,
    /// A comment on an issue or a pull request. Anybody may write one.
    IssueComment,
    /// An issue. Anybody may open one.
    Issues,
    /// A label.
    Label,
    /// A milestone.
    Milestone,
    /// The building of the forge's pages.
    PageBuild,
    /// A classic project board.
    Project,
    /// A card on one.
    ProjectCard,
    /// A column of one.
    ProjectColumn,
    /// The repository becoming public.
    Public,
    /// A comment on a pull request.
    PullRequestComment,
    /// A review of a pull request.
    PullRequestReview,
    /// A comment on the changes of a pull request.
    PullRequestReviewComment,
    /// A pull request, run with the rights of the branch it goes to.
    PullRequestTarget,
    /// A package.
    RegistryPackage,
    /// A call of the forge's interface, under a name of the caller's.
    RepositoryDispatch,
    /// The status of a commit.
    Status,
    /// Somebody starring the repository.
    Watch,
    /// Another workflow, at its start or end.
    WorkflowRun,
}

/// What `github.ref` is in a run that an event started.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ref {
    /// The default branch.
    Default,
    /// Some branch.
    Branch,
    /// A tag.
    Tag,
    /// A branch or a tag.
    Pushed,
    /// What a pull request would be merged to: neither a branch nor a tag.
    Pull,
    /// A branch of the merge queue's own.
    Queue,
    /// Nothing that is known before it runs.
    Unknown,
}

/// What is known of an event.
struct Facts {
    name: &'static str,
    word: &'static str,
    activities: &'static [&'static str],
    takes: &'static [&'static str],
    reference: Ref,
}

const fn fact(
    name: &'static str,
    word: &'static str,
    activities: &'static [&'static str],
    takes: &'static [&'static str],
    reference: Ref,
) -> Facts {
    Facts { name, word, activities, takes, reference }
}

const WRITTEN: &[&str] = &["created", "deleted", "edited"];
const PULL_REQUEST: &[&str] = &[
    "assigned",
    "auto_merge_disabled",
    "auto_merge_enabled",
    "closed",
    "converted_to_draft",
    "demilestoned",
    "dequeued",
    "edited",
    "enqueued",
    "labeled",
    "locked",
    "milestoned",
    "opened",
    "ready_for_review",
    "reopened",
    "review_request_removed",
    "review_requested",
    "stacked",
    "synchronize",
    "unassigned",
    "unlabeled",
    "unlocked",
];
const ISSUES: &[&str] = &[
    "assigned",
    "closed",
    "deleted",
    "demilestoned",
    "edited",
    "field_added",
    "field_removed",
    "labeled",
    "locked",
    "milestoned",
    "opened",
    "pinned",
    "reopened",
    "transferred",
    "typed",
    "unassigned",
    "unlabeled",
    "unlocked",
    "unpinned",
    "untyped",
];
const DISCUSSION: &[&str] = &[
    "answered",
    "category_changed",
    "created",
    "deleted",
    "edited",
    "labeled",
    "locked",
    "pinned",
    "transferred",
    "unanswered",
    "unlabeled",
    "unlocked",
    "unpinned",
];
const TYPES: &[&str] = &["types"];
const PULLS: &[&str] = &["branches", "branches-ignore", "paths", "paths-ignore", "types"];

/// Every event, in the order of [`Event`].
const FACTS: [Facts; 36] = [
    fact("pull_request", "pull-request", PULL_REQUEST, PULLS, Ref::Pull),
    fact("push", "push", &[], &["branches", "branches-ignore", "tags", "tags-ignore", "paths", "paths-ignore"], Ref::Pushed),
    fact("merge_group", "merge-group", &["checks_requested"], &["branches", "branches-ignore", "types"], Ref::Queue),
    fact(
        "release",
        "release",
        &["created", "deleted", "edited", "prereleased", "published", "released", "unpublished"],
        TYPES,
        Ref::Tag,
    ),
    fact("schedule", "schedule", &[], &[], Ref::Default),
    fact("workflow_dispatch", "manual", &[], &[], Ref::Pushed),
    fact("branch_protection_rule", "branch-protection-rule", WRITTEN, TYPES, Ref::Default),
    fact("check_run", "check-run", &["completed", "created", "requested_action", "rerequested"], TYPES, Ref::Default),
    fact("check_suite", "check-suite", &["completed"], TYPES, Ref::Default),
    fact("create", "create", &[], &[], Ref::Pushed),
    fact("delete", "delete", &[], &[], Ref::Default),
    fact("deployment", "deployment", &[], &[], Ref::Unknown),
    fact("deployment_status", "deployment-status", &[], &[], Ref::Unknown),
    fact("discussion", "discussion", DISCUSSION, TYPES, Ref::Default),
    fact("discussion_comment", "discussion-comment", WRITTEN, TYPES, Ref::Default),
    fact("fork", "fork", &[], &[], Ref::Default),
    fact("gollum", "gollum", &[], &[], Ref::Default),
    fact("image_version", "image-version", &["created", "deleted", "ready"], &["types", "names", "versions"], Ref::Default),
    fact("issue_comment", "issue-comment", WRITTEN, TYPES, Ref::Default),
    fact("issues", "issues", ISSUES, TYPES, Ref::Default),
    fact("label", "label", WRITTEN, TYPES, Ref::Default),
    fact("milestone", "milestone", &["closed", "created", "deleted", "edited", "opened"], TYPES, Ref::Default),
    fact("page_build", "page-build", &[], &[], Ref::Unknown),
    fact("project", "project", &["closed", "created", "deleted", "edited", "reopened"], TYPES, Ref::Default),
    fact("project_card", "project-card", &["converted", "created", "deleted", "edited", "moved"], TYPES, Ref::Default),
    fact("project_column", "project-column", &["created", "deleted", "moved", "updated"], TYPES, Ref::Default),
    fact("public", "public", &[], &[], Ref::Default),
    fact("pull_request_comment", "pull-request-comment", WRITTEN, TYPES, Ref::Default),
    fact("pull_request_review", "pull-request-review", &["dismissed", "edited", "submitted"], TYPES, Ref::Pull),
    fact("pull_request_review_comment", "pull-request-review-comment", WRITTEN, TYPES, Ref::Pull),
    fact("pull_request_target", "pull-request-target", PULL_REQUEST, PULLS, Ref::Branch),
    fact("registry_package", "registry-package", &["published", "updated"], TYPES, Ref::Unknown),
    fact("repository_dispatch", "repository-dispatch", &[], TYPES, Ref::Default),
    fact("status", "status", &[], &[], Ref::Unknown),
    fact("watch", "watch", &["started"], TYPES, Ref::Default),
    fact(
        "workflow_run",
        "workflow-run",
        &["completed", "in_progress", "requested"],
        &["branches", "branches-ignore", "types", "workflows"],
        Ref::Default,
    ),
];

impl Event {
    /// Every event, under the tag an author writes.
    pub const ALL: [(&'static str, Self); 36] = [
        ("PullRequest", Self::PullRequest),
        ("Push", Self::Push),
        ("MergeGroup", Self::MergeGroup),
        ("Release", Self::Release),
        ("Schedule", Self::Schedule),
        ("Manual", Self::Manual),
        ("BranchProtectionRule", Self::BranchProtectionRule),
        ("CheckRun", Self::CheckRun),
        ("CheckSuite", Self::CheckSuite),
        ("Create", Self::Create),
        ("Delete", Self::Delete),
        ("Deployment", Self::Deployment),
        ("DeploymentStatus", Self::DeploymentStatus),
        ("Discussion", Self::Discussion),
        ("DiscussionComment", Self::DiscussionComment),
        ("Fork", Self::Fork),
        ("Gollum", Self::Gollum),
        ("ImageVersion", Self::ImageVersion),
        ("IssueComment", Self::IssueComment),
        ("Issues", Self::Issues),
        ("Label", Self::Label),
        ("Milestone", Self::Milestone),
        ("PageBuild", Self::PageBuild),
        ("Project", Self::Project),
        ("ProjectCard", Self::ProjectCard),
        ("ProjectColumn", Self::ProjectColumn),
        ("Public", Self::Public),
        ("PullRequestComment", Self::PullRequestComment),
        ("PullRequestReview", Self::PullRequestReview),
        ("PullRequestReviewComment", Self::PullRequestReviewComment),
        ("PullRequestTarget", Self::PullRequestTarget),
        ("RegistryPackage", Self::RegistryPackage),
        ("RepositoryDispatch", Self::RepositoryDispatch),
        ("Status", Self::Status),
        ("Watch", Self::Watch),
        ("WorkflowRun", Self::WorkflowRun),
    ];

    const fn facts(self) -> &'static Facts {
        &FACTS[self as usize]
    }

    /// The event of that name on GitHub.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.iter().map(|(_, event)| *event).find(|event| event.name() == name)
    }

    /// GitHub's name for it: `workflow_dispatch`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        self.facts().name
    }

    /// The word for it in data: `manual`.
    #[must_use]
    pub const fn word(self) -> &'static str {
        self.facts().word
    }

    /// The activities it may be narrowed to; none if it has none, or if whoever causes it names them.
    #[must_use]
    pub const fn activities(self) -> &'static [&'static str] {
        self.facts().activities
    }

    /// The filters it takes, as GitHub spells them.
    #[must_use]
    pub const fn takes(self) -> &'static [&'static str] {
        self.facts().takes
    }

    /// What `github.ref` is in a run of it.
    #[must_use]
    pub const fn reference(self) -> Ref {
        self.facts().reference
    }

    /// Whether anybody with an account can bring it about, and the run has the repository's own rights all the same: it is at the
    /// default branch, whatever it is about. Read from the forge's reference of events, 2026-11.
    #[must_use]
    pub const fn is_open_with_rights(self) -> bool {
        matches!(
            self,
            Self::PullRequestTarget
                | Self::WorkflowRun
                | Self::IssueComment
                | Self::Issues
                | Self::Discussion
                | Self::DiscussionComment
                | Self::PullRequestComment
                | Self::Fork
                | Self::Watch
        )
    }

    /// Whether what it tells of holds a pull request, with its labels.
    #[must_use]
    pub const fn has_pull_request(self) -> bool {
        matches!(self, Self::PullRequest | Self::PullRequestTarget | Self::PullRequestReview | Self::PullRequestReviewComment)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_event_has_its_own_facts() {
        for (index, (tag, event)) in Event::ALL.iter().enumerate() {
            assert_eq!((*event as usize, event.word().replace('-', "")), (index, tag.to_lowercase()));
            assert_eq!(Event::named(event.name()), Some(*event));
            assert!(event.activities().is_sorted(), "{tag}");
            assert!(event.activities().is_empty() || event.takes().contains(&"types"), "{tag}");
        }
        assert_eq!(Event::named("workflow_call"), None, "a call starts no run");
    }
}
