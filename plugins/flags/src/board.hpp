/// \file
/// What is being served: the compiled flags of every environment, in memory.
///
/// A change, whoever made it and by whichever process, is seen by its revision a moment later;
/// the new rules are compiled beside the old ones and take their place at once. Rules that do
/// not compile, and a database that is away, leave the old ones in place.
#pragma once

#include "core/rule_set.hpp"
#include "store.hpp"

#include <functional>
#include <mutex>

namespace whatsflow::flags {

/// Never changed once it is served.
struct Served {
    std::int64_t revision = 0;
    std::shared_ptr<const RuleSet> rules;  ///< of the project `default`
    std::shared_ptr<const RuleSet> platform;
};

class Board {
public:
    Board(sdk::Host& host, const Store& store) : host_(host), store_(store) {}

    /// To be called by `refresh`, on its thread, when the flags that tokens see have changed in an environment and
    /// are served. Set it before the first refresh.
    void on_change(std::function<void(const std::string& environment)> callback) { changed_ = std::move(callback); }
    /// [pool- or background thread]
    sdk::Result<void> refresh();
    /// [any thread] Empty rules for an environment that nobody filled.
    std::shared_ptr<const Served> served(const std::string& environment) const;

    /// [any thread] Those that somebody filled, by name.
    std::vector<std::string> environments() const;

private:
    /// What is served takes over the flags that changed since, or everything where that is a lot.
    sdk::Result<std::shared_ptr<const Served>> next(const sdk::CallContext& context, const std::string& environment,
                                                    std::int64_t revision, const Served* known) const;
    /// Lets go of what nobody is asking any more: on this thread, not on one that answers.
    void forget_retired();

    using Environments = std::map<std::string, std::shared_ptr<const Served>, std::less<>>;
    std::shared_ptr<const Environments> current() const;

    sdk::Host& host_;
    const Store& store_;
    std::function<void(const std::string&)> changed_ = [](const std::string&) {};
    std::mutex refreshing_;
    bool begun_ = false;                                  ///< what is new after the first look is a change
    std::vector<std::shared_ptr<const Served>> retired_;  ///< replaced, perhaps still being asked
    mutable std::mutex mutex_;
    std::shared_ptr<const Environments> environments_ = std::make_shared<const Environments>();
};

}  // namespace whatsflow::flags
