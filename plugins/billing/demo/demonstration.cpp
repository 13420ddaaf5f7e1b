#include "demonstration.hpp"

#include <whatsflow/sdk/directory.hpp>

#include <algorithm>

namespace whatsflow::billing {
namespace {

using std::chrono::days;

constexpr Interval kMonthly{IntervalUnit::month, 1};
constexpr Interval kYearly{IntervalUnit::year, 1};

/// What somebody did, so many days ago.
struct Deed {
    int days_ago;
    Command command;
};

/// The life of a subscription up to today.
struct Life {
    std::vector<Deed> deeds;            ///< the first one subscribes
    bool pays = true;                   ///< by bank transfer, on the day
    std::optional<int> stops_paying{};  ///< so many days ago
};

Subscribe subscribe(const char* plan, const Interval& interval, std::optional<Amount> agreed = {}) {
    Subscribe wanted;
    wanted.plan = plan;
    wanted.interval = interval;
    wanted.amount = agreed;
    return wanted;
}

ReportUsage used(const char* meter, std::int64_t quantity, std::string event) {
    ReportUsage report;
    report.meter = meter;
    report.quantity = quantity;
    report.event_id = std::move(event);
    return report;
}

ChangePlan change_to(const char* plan) {
    ChangePlan change;
    change.plan = plan;
    change.interval = kMonthly;
    return change;
}

/// One of each kind that finance meets.
const std::vector<Life>& lives() {
    static const auto& all = *new std::vector<Life>{
        // Grows: from starter to professional, and uses most of what it has.
        {{{220, subscribe("starter", kMonthly)},
          {95, change_to("professional")},
          {3, used("messages", 41'800, "demo-messages")},
          {2, used("ai_replies", 1'240, "demo-replies")}}},
        // Pays for a year at once.
        {{{130, subscribe("professional", kYearly)}, {4, used("messages", 8'300, "demo-messages")}}},
        // Leaves at the end of its period.
        {{{150, subscribe("starter", kMonthly)}, {20, Cancel{}}}},
        // Costs nothing.
        {{{80, subscribe("free", kMonthly)}, {1, used("messages", 455, "demo-messages")}}},
        // Does not pay its last invoice.
        {{{100, subscribe("starter", kMonthly)}}, true, 9},
        // Has a price of its own.
        {{{310, subscribe("enterprise", kMonthly, 49'000)}, {6, used("messages", 212'000, "demo-messages")}}},
        // Tries it.
        {{{3, subscribe("professional", kMonthly)}, {1, used("messages", 64, "demo-messages")}}}};
    return all;
}

class Living {
public:
    Living(Transitions& transitions, const sdk::CallContext& context, const TenantId& tenant, const Life& life)
        : transitions_(transitions),
          context_(context),
          tenant_(tenant),
          life_(life),
          now_(transitions.host().clock().now()) {}

    sdk::Result<void> live() {
        auto deed = life_.deeds.begin();
        for (;;) {
            const bool done_all = deed == life_.deeds.end();
            if (!done_all && (!due_ || ago(deed->days_ago) <= *due_)) {
                if (auto done = ask(deed->command, ago(deed->days_ago)); !done) return done;
                ++deed;
            } else if (due_ && *due_ <= now_) {
                if (auto done = run_due_job(*due_); !done) return done;
            } else if (done_all) {
                return sdk::ok();
            }
        }
    }

private:
    sdk::Instant ago(int count) const { return now_ - days{count}; }

    sdk::Result<void> ask(const Command& command, sdk::Instant at) {
        const Request request{command, {}, {}, {}, false};
        return step(at, wanted_by(request),
                    [&](Account& account, const Surroundings& around) { return apply(account, request, around); });
    }
    sdk::Result<void> run_due_job(sdk::Instant at) {
        return step(at, {}, [](Account& account, const Surroundings& around) { return run_due(account, around); });
    }

    sdk::Result<void> step(sdk::Instant at, const store::Wanted& wanted, const Transitions::Work& work) {
        auto done = transitions_.run(context_, tenant_, wanted, {}, work, at);
        if (!done) return done.error();
        due_ = done->next_due;
        const bool pays = life_.pays && (!life_.stops_paying || at < ago(*life_.stops_paying));
        // Nobody saved a card: the charge finds nothing, and whoever pays sends the money himself.
        for (const auto& charge : done->changes.charges) {
            ChargeAnswered answer;
            answer.payment = charge.payment;
            answer.result = pays ? ChargeResult::not_attempted : ChargeResult::declined;
            answer.code = "no_payment_method";
            if (auto answered = ask(answer, at); !answered) return answered;
            if (!pays) continue;
            if (auto paid = ask(MarkPaid{charge.invoice, "Bank transfer"}, at); !paid) return paid;
        }
        return sdk::ok();
    }

    Transitions& transitions_;
    const sdk::CallContext& context_;
    const TenantId& tenant_;
    const Life& life_;
    const sdk::Instant now_;
    std::optional<sdk::Instant> due_;
};

sdk::Result<bool> is_demonstration(sdk::Host& host, const sdk::CallContext& context, const TenantId& tenant) {
    const auto directory = sdk::find_service<sdk::Directory>(host);
    const auto owners = directory.call(&sdk::Directory::members, context, tenant, std::vector<std::string>{"owner"});
    if (!owners) return owners.error();
    return std::ranges::any_of(*owners, [](const auto& owner) { return owner.email.ends_with(".example"); });
}

}  // namespace

sdk::Result<std::string> Demonstration::load(const sdk::CallContext& context) {
    const auto all = sdk::across_tenants(context, "billing.demonstration");
    const auto tenants = sdk::find_service<sdk::Directory>(transitions_.host())
                             .call(&sdk::Directory::tenants, all, std::string(), 1'000);
    if (!tenants) return tenants.error();
    int lived = 0;
    auto life = lives().begin();
    for (const auto& tenant : *tenants) {
        const auto demonstration = is_demonstration(transitions_.host(), all, tenant.id);
        if (!demonstration) return demonstration.error();
        if (!*demonstration) continue;
        if (life == lives().end()) break;
        const auto& own = *life++;
        const auto found = transitions_.look(all, tenant.id, {});
        if (!found) return found.error();
        if (!found->account.subscriptions.empty()) continue;
        if (auto done = Living(transitions_, all, tenant.id, own).live(); !done) return done.error();
        ++lived;
    }
    return lived == 0 ? std::string("No demonstration tenant is without a subscription.")
                      : std::to_string(lived) + " subscriptions with the invoices and payments of their past.";
}

}  // namespace whatsflow::billing
