/// \file
/// The way of an event into the house: accepted into the spool, taken over into the database.
///
/// One program at a time has the spool of a data folder. Another one, such as a command beside a running
/// server, brings its events into the database at once.
#pragma once

#include "ledger.hpp"
#include "spool.hpp"

#include <atomic>
#include <mutex>

namespace whatsflow::analytics {

class Intake {
public:
    Intake(sdk::Host& host, Ledger& ledger, Spool::Options options);

    ~Intake();

    /// Takes the spool, unless another program has it; then it is tried again by take_over(). What an
    /// earlier run accepted is taken over first.
    sdk::Result<void> open();
    bool has_spool() const { return has_spool_; }
    /// [any thread] When this returns, the sender may be told that they are accepted.
    sdk::Result<void> accept(const std::vector<Event>& events);
    /// [any thread but the loop] Takes over what waits, for at most `budget`. How many events were new.
    sdk::Result<std::size_t> take_over(sdk::Milliseconds budget);

    // For sinks, which read the spool too, each behind a cursor of its own.
    const std::string& node() const { return node_; }
    sdk::Result<Spool::Piece> read(const Spool::Cursor& after, std::size_t most_records, std::size_t most_bytes) {
        return spool_.read(after, most_records, most_bytes);
    }
    /// Where the next accepted event will lie.
    Spool::Cursor end() const { return spool_.end(); }
    std::uint64_t bytes_after(const Spool::Cursor& cursor) const { return spool_.bytes_after(cursor); }
    /// [any thread] What follows the cursor stays until it has moved on.
    void keep_for(const std::string& name, const Spool::Cursor& cursor);
    void let_go(const std::string& name);
    /// Until this is called nothing is removed from the spool: who reads it must have said so.
    void readers_are_known() { readers_are_known_ = true; }

    struct Counts {
        std::uint64_t accepted = 0;
        std::uint64_t stored = 0;
        std::uint64_t refused = 0;        ///< that the database would not take, whatever was tried
        std::uint64_t waiting_bytes = 0;  ///< accepted and not in the database yet
        Spool::Counts spool;
    };
    Counts counts() const;

private:
    sdk::Result<std::size_t> store(const sdk::CallContext& context, std::vector<Event> events,
                                   const Spool::Cursor& next, const Ledger::Handover& piece);
    void make_room();
    void note_progress();
    sdk::Result<std::size_t> store_apart(const sdk::CallContext& context, const std::vector<Event>& events);

    sdk::Host& host_;
    Ledger& ledger_;
    Spool spool_;
    const std::filesystem::path folder_;
    std::string node_;
    std::mutex opening_;
    int lock_ = -1;
    std::atomic<bool> has_spool_{false}, readers_are_known_{false};
    std::mutex taking_over_;
    mutable std::mutex readers_mutex_;
    std::map<std::string, Spool::Cursor> readers_;
    Spool::Cursor taken_over_;  ///< what cursor_ is, for those who only look
    std::optional<Spool::Cursor> cursor_;
    Ledger::Handover handed_;  ///< the last piece: when it comes again, it is the same
    std::atomic<std::uint64_t> accepted_{0}, stored_{0}, refused_{0};
};

}  // namespace whatsflow::analytics
