"""The words in names that say what a table, a field or a function is for; every guess from names is made here."""

from __future__ import annotations

import re
from functools import cache

_CAMEL = re.compile(r"([a-z0-9])([A-Z])")
_BETWEEN = re.compile(r"[^A-Za-z0-9]+")


@cache
def words_of(name: str) -> frozenset[str]:
    """The lower-case words of a path or identifier: `lib/auth:requireAdmin` gives lib, auth, require, admin."""
    spaced = _CAMEL.sub(r"\1 \2", name)
    return frozenset([word.lower() for word in _BETWEEN.split(spaced) if word])


@cache
def head_of(name: str) -> str:
    """The word that says what a thing is: `channels` of `notificationChannels`."""
    spaced = _CAMEL.sub(r"\1 \2", name)
    return (_BETWEEN.split(spaced.strip("_")) or [""])[-1].lower()


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


SEED = _words(
    "seed seeds seeder seeding seeded fixture fixtures mock mocks dummy test tests testing demo sample samples example examples dev "
    "e2e bench benchmark playground"
)
"""In names of functions that fill a database for development, demos and tests."""

SEEDING = _words("seed seeds seeder seeding seeded fixtures mock mocks")
"""In a function's own name, these say so even when a page has a button for it."""

EXHIBITS = _words("example examples demo demos sample samples quickstart quickstarts snippets showcase")
"""Among the words of a folder's name, these say that what is in it is there to be looked at."""

TRIALS = _words(
    "tutorial tutorials playground sandbox test tests testing tester e2e fixture fixtures mocks bench benchmark benchmarks "
    "loadtest simulation simulations scenario scenarios"
)
"""At the end of a folder's name, these say that what is in it is there to be learnt from, run by tests or measured."""

TOOLS = (_words("load generator"), _words("scenario runner"))
"""Words that together name a tool which plays users."""

COPIES = frozenset(("vendor", "vendored", "submodules", "third_party", "third-party", "thirdparty"))
ARCHIVES = ("-main", "-master")
"""Folders with the code of other people; an archive of a branch unpacks to its repository's name and the branch's."""

PAYMENTS = _words(
    "stripe paddle lemonsqueezy polar paypal razorpay payment payments checkout billing invoice subscription"
)
"""In the routes and functions that a payment provider calls."""

DEFAULTS = _words("default defaults builtin builtins")
ENSURING = _words("ensure init initialize initialise setup install load")
"""Together, in names of functions that fill in what the product comes with."""

MIGRATION = _words(
    "migration migrations migrate migrator backfill backfills backfilling repair fixup debug dedupe cleanup "
    "purge prune maintenance diagnostics sweep reset wipe nuke sanitize "
    "rebuild legacy"
)
"""In names of functions that rewrite data once, or clean up by hand."""

RESCUES = _words("recover recovery recovers retry retries fallback rescue debug diagnose diagnostic diagnostics verify")
"""In names of functions for when something went wrong, or is suspected to have."""

EMPTYING = _words("delete clear remove drop destroy")
"""Together with "all", in names of functions that empty a table by hand."""

ADMIN = _words("admin admins superadmin superuser staff backoffice moderator moderators operator")
"""In names of functions, helpers and pages for the operators of the product."""

USERS = _words("user users account accounts member members profile profiles person people customer customers")
"""Tables of users."""

TENANTS = _words(
    "team teams org orgs organization organizations organisation organisations workspace workspaces tenant "
    "tenants company companies"
)
"""Tables and fields of teams and organisations."""

CATALOGS = _words(
    "category categories subcategory subcategories tag tags label labels type types role roles permission permissions "
    "plan plans tier tiers status statuses setting settings config configs configuration configurations definition "
    "definitions def defs template templates country countries currency currencies language languages locale locales "
    "feature features flag flags banner banners rule rules policy policies provider providers level levels badge badges "
    "achievement achievements quest quests package packages pack packs model models zone zones region regions "
    "method methods brand brands color colors colour colours palette palettes swatch swatches option options "
    "attribute attributes gateway gateways capability capabilities cost costs price prices pricing fee fees tariff tariffs "
    "carrier carriers menu menus theme themes genre genres reason reasons unit units"
)
"""Tables that describe the product itself: short, unless their rows belong to users. Judged by the last word of the name."""

MEMBERSHIPS = _words(
    "staff collaborator collaborators participant participants member members membership memberships seat seats invite invites invitation invitations"
)
"""Tables with a row for each person of a team."""

SET_UP = _words(
    "setting settings config configs configuration configurations preference preferences role roles permission permissions "
    "tag tags label labels category categories status statuses stage stages pipeline pipelines template templates skill skills "
    "channel channels connection connections integration integrations provider providers credential credentials coupon coupons "
    "webhook webhooks key keys segment segments flow flows workflow workflows rule rules policy policies plan plans brand brands "
    "team teams group groups department departments location locations board boards column columns field fields "
    "project projects agent agents bot bots domain domains subscription subscriptions limit limits quota quotas budget budgets"
)
"""Tables whose rows people set up by hand: a team has few of them. Judged by the last word of the name."""

UNIQUE = _words("slug token email code hash key uuid handle username subdomain domain secret nonce")
"""Fields with a different value in each row, more or less."""

STATE = _words(
    "status state type kind category role level priority visibility stage phase mode locale language lang "
    "currency country region provider source platform environment env plan tier gender version active enabled "
    "published"
)
"""Fields with few different values."""

LOGS = _words(
    "message messages event events stream streams log logs history histories delta deltas operation operations ops "
    "audit audits activity activities notification notifications metric metrics analytics chunk chunks step steps revision revisions snapshot "
    "snapshots trace traces view views visit visits read reads click clicks usage transaction transactions "
    "ledger heartbeat heartbeats record records response responses entry entries "
    "submission submissions"
)
"""Tables whose rows pile up under one parent."""

STREAMS = _words(
    "message messages event events stream streams log logs delta deltas operation operations ops chunk chunks "
    "metric metrics trace traces heartbeat heartbeats "
    "click clicks visit visits view views activity activities audit audits post posts"
)
"""Of these a single parent gets many: a channel its messages. A single order gets few transactions."""

HAPPENINGS = _words(
    "event events stream streams log logs delta deltas metric metrics trace traces heartbeat heartbeats click clicks "
    "visit visits view views ping pings"
)
"""Of these hardly anyone wants the old ones."""

EPISODES = _words(
    "connection connections session sessions request requests command commands job jobs batch batches attempt attempts "
    "run runs code codes challenge challenges failure failures"
)
"""Tables whose rows are over at some time. Judged by the last word of the name."""

HANDLED = _words(
    "processed handled seen webhook webhooks idempotency idempotent dedup dedupe nonce nonces delivery deliveries"
)
"""In names of tables whose rows say that something has been dealt with."""

BRIEF = _words(
    "order orders shipment shipments shipping purchase purchases invoice invoices payment payments booking bookings "
    "return returns refund refunds claim claims ticket tickets request requests application applications submission "
    "submissions transfer transfers download downloads checkout delivery deliveries appeal appeals"
)
"""What has a short life of its own: the events and the history of one of them are few."""

CHOSEN = _words("default primary main current selected fallback")
"""Flags that one row of many has."""

MAKERS = _words("created updated creator editor edited updater by added uploaded")
"""In names of fields that say who has last touched a row, rather than whose it is."""

MADE = _words("created creation inserted made")
"""In names of times at which a row was made."""

OF_USER = _words("user owner author creator sender recipient member account person customer clerk student")
"""Fields that hold a user, together with "id" and the like."""

BEAT = _words("heartbeat ping typing presence beat keepalive cursor")
"""In names of functions that clients call again and again."""

SEEN = _words(
    "lastseen lastseenat lastactive lastactiveat lastactivity lastactivityat lastheartbeat lastheartbeatat heartbeat "
    "heartbeatat lastping lastpingat typingat lasttyped lasttypedat istyping lastonline lastonlineat"
)
"""Fields that heartbeats write."""

STAMPS = SEEN | _words(
    "updatedat updated lastupdated lastupdatedat modifiedat lastmodified lastmodifiedat lastused lastusedat lastaccessed "
    "lastaccessedat lastviewed lastviewedat lastopened lastopenedat lastread lastreadat"
)
"""Fields that say when something was last touched; a write that sets nothing else is a beat."""

RENEWING = _words(
    "last seen active updated modified touched used accessed heartbeat ping online visited observed refreshed"
)
"""In names of times that are set again whenever something happens: `lastSeenAt`, `updatedAt`."""

SIGN_INS = _words("login logins logon signin signins")
"""In names of times of an event of its own: somebody signed in."""
CHANGED = _words("updated modified changed edited")
"""In names of times at which something else about a row was changed."""

PROFILE = _words(
    "name email mail image avatar picture photo phone handle username login user account clerk subject locale language "
    "timezone country role normalized verified subscription customer endpoint agent platform device"
)
"""In names of fields that say who or what a row is about: they keep their values for months."""

ENDS = _words(
    "expires expire expiry expiration expired end ends until due deadline next scheduled run retry stale release"
)
"""In names of times at which something is over or has to be done: few rows have them behind them and are still there."""

GONE = _words("deleted archived removed trashed hidden banned disabled cancelled canceled revoked deprecated inactive")
"""Fields that are set on the few rows that are out of use."""

ALIVE = _words("active enabled live alive")
"""Fields that are set on all rows but the few that are out of use."""

SHOWN = _words("public published publish visible completed complete")
"""Values of states that most rows are in."""

BATCHES = _words("batch batches chunk chunks page pages slice slices group groups")
"""Lists of lists, cut so that one transaction can take each."""

KEPT = _words("archive archives archived audit audits backup backups ledger legal consent consents export exports")
"""Tables that are kept on purpose, to be read by nobody for long."""

YOUNG = _words("pending draft drafts discard rollback unconfirmed unverified abandoned aborted")
"""In names of functions that delete rows before anything refers to them."""

KEYS = _words("key name id slug code")
"""Fields by which a row is called."""

TURNS = _words(
    "version versions revision rev attempt attempts retry retries generation gen step turn round index order position "
    "rank sequence seq cursor offset epoch level xp streak failure failures failed error errors progress score hp health "
    "tier head at time updated created timestamp"
)
"""Numbers of one thing's own course rather than counts of what many do."""

RARE = _words("report reports reported flag flags flagged abuse complaint complaints unresolved note notes internal")
"""Counts of what few do, and seldom."""

FAILURES = _words("failure failures error errors problem problems")
"""In names of tables for what goes wrong."""

HELD = _words("token tokens ticket tickets order orders cart carts invite invites invitation invitations code codes")
"""Tables with rows of one person each, whoever knows of it. Judged by the last word of the name."""

REMARKS = _words("comment comments reply replies review reviews answer answers")
"""Tables of which each row is one of many below something that people look at, and few look at it alone."""

POPULAR = _words(
    "view views like likes vote votes upvote upvotes downvote downvotes play plays download downloads click clicks hit hits "
    "share shares visit visits star stars follower followers install installs impression impressions reaction reactions "
    "scan scans open opens read reads listen listens"
)
"""Counts of what anyone may do."""

LOCKS = _words("lock locks mutex lease leases semaphore")
"""Documents over which callers are meant to wait for one another."""

CLAIMS = LOCKS | _words("claim claims claimed token nonce fence owner attempt generation")
"""What a mutation gives to the one that gets the work."""

LARGE = _words(
    "content contents body html markdown transcript transcripts embedding embeddings base64 blob article essay fulltext "
    "ydoc lexical tiptap prosemirror"
)
"""Fields that hold a lot in each row."""

PILES = _words(
    "message messages event events log logs history histories audit audits activity activities notification notifications "
    "comment comments error errors warning warnings attempt attempts change changes edit edits revision revisions "
    "snapshot snapshots click clicks view views visit visits delta deltas chunk chunks transaction transactions"
)
"""Fields in which what happens piles up."""

FAILING = _words("fail failed failure error errors retry requeue reschedule abort release")
"""In names of mutations by which a worker says that its work came to nothing."""

RENEWED = _words("token tokens credential credentials expires expiry expiration at hash etag url synced")
"""Fields that are made anew when they are old: who does it twice only does it twice."""

SHORT_TEXTS = _words(
    "message messages comment comments notification notifications review reviews reply replies todo todos "
    "task tasks reminder reminders token tokens session sessions"
)
"""Tables whose texts are mostly a few lines. Judged by the last word of the name."""

DOORS = _words(
    "access subscription subscriptions plan plans pass passes trial grant grants membership memberships permission price prices "
    "sale sales discount discounts coupon coupons quote quotes offer offers lock locks locked ban bans banned license licenses "
    "permissions download downloads story stories credit credits entitlement entitlements"
)
"""In names of tables and times, these say that something is open, cheaper or locked for as long."""

OF_DAYS = _words("due invitation invitations invite invites token tokens share shares")
"""What lives for days, or is asked for again by whoever acts on it."""
