#include "intake.hpp"

#include <whatsflow/sdk/id.hpp>

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <chrono>
#include <fstream>

namespace whatsflow::analytics {
namespace {

constexpr std::size_t kAtOnce = 5'000;

/// The name of this data folder's spool, the same over restarts.
sdk::Result<std::string> node_in(const std::filesystem::path& folder) {
    const auto file = folder / "node";
    std::string name;
    if (std::ifstream(file) >> name && name.size() == 36) return name;
    name = sdk::make_uuid();
    std::ofstream out(file);
    if (!(out << name << '\n').flush())
        return sdk::fail("analytics.spool_failed", "The file '" + file.string() + "' cannot be written.");
    return name;
}

bool passes_by_itself(const sdk::Error& error) {
    return error.code == "database.unavailable" || error.code == "database.busy" || error.code == "plugin.unavailable";
}

}  // namespace

Intake::Intake(sdk::Host& host, Ledger& ledger, Spool::Options options)
    : host_(host), ledger_(ledger), spool_(options), folder_(options.folder) {}

Intake::~Intake() {
    if (lock_ >= 0) ::close(lock_);
}

sdk::Result<void> Intake::open() {
    const std::lock_guard lock(opening_);
    if (has_spool_) return sdk::ok();
    std::error_code error;
    std::filesystem::create_directories(folder_, error);
    if (lock_ < 0) lock_ = ::open((folder_ / "lock").c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (lock_ < 0)
        return sdk::fail("analytics.spool_failed", "The folder '" + folder_.string() + "' cannot be written.");
    if (::flock(lock_, LOCK_EX | LOCK_NB) != 0) return sdk::ok();  // another program's
    if (auto done = spool_.open(); !done) return done;
    auto node = node_in(folder_);
    if (!node) return node.error();
    node_ = std::move(*node);
    has_spool_ = true;
    return sdk::ok();
}

sdk::Result<void> Intake::accept(const std::vector<Event>& events) {
    if (has_spool_) {
        std::vector<std::string> records;
        records.reserve(events.size());
        for (const auto& event : events) records.push_back(pack(event));
        if (auto kept = spool_.append(records); !kept) return kept;
    } else {
        sdk::CallContext context;
        context.request_id = "analytics.intake";
        if (const auto stored = ledger_.store(context, events, std::nullopt); !stored) return stored.error();
    }
    accepted_ += events.size();
    return sdk::ok();
}

sdk::Result<std::size_t> Intake::store_apart(const sdk::CallContext& context, const std::vector<Event>& events) {
    const auto done = ledger_.store(context, events, std::nullopt);
    if (done || passes_by_itself(done.error())) return done;
    if (events.size() == 1) {
        ++refused_;
        host_.log().warn("an event was given up",
                         {{"code", done.error().code}, {"site", std::to_string(events.front().site)}});
        return std::size_t{0};
    }
    std::size_t stored = 0;
    const auto middle = events.begin() + static_cast<std::ptrdiff_t>(events.size() / 2);
    for (const auto& half : {std::vector<Event>(events.begin(), middle), std::vector<Event>(middle, events.end())}) {
        const auto part = store_apart(context, half);
        if (!part) return part;
        stored += *part;
    }
    return stored;
}

/// A batch that the database refuses is tried in halves: one bad event does not hold up the rest. When it
/// refuses even an empty one, no event is to blame, and all of them wait.
sdk::Result<std::size_t> Intake::store(const sdk::CallContext& context, std::vector<Event> events,
                                       const Spool::Cursor& next, const Ledger::Handover& piece) {
    auto done = ledger_.store(context, events, Ledger::Progress{node_, next, piece});
    if (done || passes_by_itself(done.error())) return done;
    if (const auto nothing = ledger_.store(context, {}, Ledger::Progress{node_, *cursor_}); !nothing) return done;
    host_.log().warn("a batch of events was refused and is tried in parts",
                     {{"code", done.error().code}, {"message", done.error().message}});
    // Should it end halfway, the parts that are stored are recognised when the batch comes again.
    for (auto& event : events) event.id_is_senders = true;
    const auto stored = store_apart(context, events);
    if (!stored) return stored;
    if (const auto noted = ledger_.store(context, {}, Ledger::Progress{node_, next}); !noted) return noted;
    return stored;
}

sdk::Result<std::size_t> Intake::take_over(sdk::Milliseconds budget) {
    if (auto opened = open(); !opened) return opened.error();
    if (!has_spool_) return std::size_t{0};
    const std::lock_guard one_at_a_time(taking_over_);
    const auto until = std::chrono::steady_clock::now() + budget;
    sdk::CallContext context;
    context.request_id = "analytics.intake";
    if (!cursor_) {
        const auto known = ledger_.progress_of(context, node_);
        if (!known) return known.error();
        const auto handed = ledger_.handed_over(context, node_);
        if (!handed) return handed.error();
        cursor_ = *known;
        handed_ = *handed;
        note_progress();
    }
    std::size_t stored = 0;
    do {
        const bool comes_again = handed_.records > 0 && handed_.from == *cursor_;
        const auto most = comes_again ? handed_.records : kAtOnce;
        const auto piece = spool_.read(*cursor_, most);
        if (!piece) return piece.error();
        if (piece->next == *cursor_) break;
        std::vector<Event> events;
        events.reserve(piece->records.size());
        for (const auto& record : piece->records) {
            if (auto event = unpack(record))
                events.push_back(std::move(*event));
            else
                ++refused_;
        }
        handed_ = {*cursor_, piece->records.size()};
        const auto done = store(context, std::move(events), piece->next, handed_);
        if (!done) return done;
        stored += *done;
        stored_ += *done;
        cursor_ = piece->next;
        note_progress();
        make_room();
        if (piece->records.size() < most) break;
    } while (std::chrono::steady_clock::now() < until);
    return stored;
}

void Intake::keep_for(const std::string& name, const Spool::Cursor& cursor) {
    const std::lock_guard lock(readers_mutex_);
    readers_[name] = cursor;
}

void Intake::let_go(const std::string& name) {
    const std::lock_guard lock(readers_mutex_);
    readers_.erase(name);
}

void Intake::note_progress() {
    const std::lock_guard lock(readers_mutex_);
    taken_over_ = *cursor_;
}

void Intake::make_room() {
    if (!readers_are_known_) return;
    auto first = *cursor_;
    {
        const std::lock_guard lock(readers_mutex_);
        for (const auto& [name, cursor] : readers_) first = std::min(first, cursor);
    }
    spool_.forget_before(first);
}

Intake::Counts Intake::counts() const {
    Spool::Cursor until;
    {
        const std::lock_guard lock(readers_mutex_);
        until = taken_over_;
    }
    return {accepted_, stored_, refused_, spool_.bytes_after(until), spool_.counts()};
}

}  // namespace whatsflow::analytics
