#include "runner.hpp"

#include "scripted_provider.hpp"

#include <optional>

namespace whatsflow::billing::scenario {
namespace {

/// More jobs at one step than any story needs: the engine would be running in a circle.
constexpr int kMostJobs = 200'000;

class Counted final : public IdSource {
public:
    std::string make() override { return std::to_string(++count_); }

private:
    std::uint64_t count_ = 0;
};

class Run {
public:
    Run(const Story& story, AccountStore& store) : store_(store), taxes_(story.taxes), grace_days_(story.grace_days) {
        told_.catalogue = story.catalogue;
    }

    sdk::Result<void> pass_time(sdk::Instant until, bool with_its_own_jobs) {
        for (int jobs = 0; jobs < kMostJobs; ++jobs) {
            auto account = store_.load();
            if (!account) return account.error();
            const auto due = next_due(*account, told_.catalogue);
            if (!due || due->at > until || (due->at == until && !with_its_own_jobs)) return sdk::ok();
            now_ = std::max(now_, due->at);
            auto changes = decided([&](const Surroundings& around) { return run_due(*account, around); });
            if (!changes) return changes.error();
            if (auto done = keep(*account, std::move(*changes)); !done) return done;
        }
        return sdk::fail("scenario.endless",
                         "The story causes more than " + std::to_string(kMostJobs) + " jobs between two steps.");
    }

    void be_at(sdk::Instant now) { now_ = std::max(now_, now); }

    sdk::Result<void> perform(const Step& step) {
        if (const auto* command = std::get_if<Command>(&step.action)) return perform(*command);
        if (const auto* on = std::get_if<OnInvoice>(&step.action)) return perform(*on);
        if (const auto* price = std::get_if<NewPrice>(&step.action)) {
            auto published = publish_price(told_.catalogue, *price);
            return published ? sdk::ok() : sdk::Result<void>(published.error());
        }
        if (const auto* script = std::get_if<Script>(&step.action)) provider_.expect(script->outcomes);
        return sdk::ok();
    }

    void note(std::size_t step, std::string code, std::string message) {
        if (code.starts_with("billing.")) code.erase(0, 8);
        told_.errors.push_back({step, std::move(code), std::move(message)});
    }

    sdk::Result<Outcomes> finish() {
        auto account = store_.load();
        if (!account) return account.error();
        told_.account = std::move(*account);
        told_.end = now_;
        return std::move(told_);
    }

private:
    /// Decides again with what the tax service has said, as the server does.
    template <class Work>
    sdk::Result<Changes> decided(Work work) {
        KnownTaxes known;
        for (;;) {
            auto changes = work(Surroundings{told_.catalogue, now_, ids_, taxes_ ? &known : nullptr, grace_days_});
            const auto wanted = known.take_wanted();
            if (wanted.empty()) return changes;
            for (const auto& question : wanted) known.know(question, taxes_(question));
        }
    }

    sdk::Result<void> perform(const Command& command) {
        auto account = store_.load();
        if (!account) return account.error();
        auto changes = decided([&](const Surroundings& around) {
            return apply(*account, {command, {}, {}, std::nullopt, false}, around);
        });
        if (!changes) return changes.error();
        return keep(*account, std::move(*changes));
    }

    sdk::Result<void> perform(const OnInvoice& on) {
        const auto account = store_.load();
        if (!account) return account.error();
        std::optional<InvoiceId> id;
        if (on.n) {
            const auto* invoice = account->invoice_number(*on.n);
            if (invoice == nullptr)
                return sdk::fail("billing.unknown_invoice", "There is no invoice " + std::to_string(*on.n) + " yet; " +
                                                                std::to_string(account->invoices.size()) +
                                                                " were finalised.");
            id = invoice->id;
        }
        switch (on.what) {
            case OnInvoice::What::pay: return perform(Command{Pay{id}});
            case OnInvoice::What::refund: return perform(Command{Refund{*id, on.amount, on.credit_note}});
            case OnInvoice::What::chargeback: return perform(Command{Chargeback{*id}});
            case OnInvoice::What::chargeback_reversed: return perform(Command{ReverseChargeback{*id}});
            case OnInvoice::What::void_it: return perform(Command{VoidInvoice{*id}});
            case OnInvoice::What::notice: break;
        }
        for (int time = 0; time < on.times; ++time)
            if (auto done = perform(Command{Notice{*id, on.notice}}); !done) return done;
        return sdk::ok();
    }

    /// Saves, then carries out what the changes ask for, as the server does after its commit.
    sdk::Result<void> keep(const Account& account, Changes changes) {
        if (auto saved = store_.save(account, changes); !saved) return saved;
        told_.postings.insert(told_.postings.end(), changes.postings.begin(), changes.postings.end());
        told_.events.insert(told_.events.end(), changes.events.begin(), changes.events.end());
        told_.movements.insert(told_.movements.end(), changes.movements.begin(), changes.movements.end());
        for (const auto& charge : changes.charges)
            if (auto done = perform(Command{provider_.charge(charge)}); !done) return done;
        for (const auto& refund : changes.refunds) {
            const ChargeAnswered sent{refund.payment, ChargeResult::succeeded, std::nullopt, {}, {}};
            if (auto done = perform(Command{sent}); !done) return done;
        }
        for (const auto& payment : changes.questions)
            if (auto done = perform(Command{provider_.look_up(payment)}); !done) return done;
        return sdk::ok();
    }

    AccountStore& store_;
    const std::function<std::vector<TaxTerms>(const TaxQuestion&)>& taxes_;
    int grace_days_;
    ScriptedProvider provider_;
    Counted ids_;
    Outcomes told_;
    sdk::Instant now_{};
};

}  // namespace

sdk::Result<Outcomes> run_story(const Story& story, AccountStore& store) {
    Run run(story, store);
    for (std::size_t at = 0; at < story.steps.size(); ++at) {
        const auto& step = story.steps[at];
        const bool only_time = std::holds_alternative<Advance>(step.action);
        if (auto passed = run.pass_time(step.at, only_time); !passed) return passed.error();
        run.be_at(step.at);
        const auto done = run.perform(step);
        if (!done && !step.must_fail) run.note(at + 1, done.error().code, done.error().message);
        if (done && step.must_fail)
            run.note(at + 1, "did_not_fail", "This `" + step.verb + "` was meant to fail and did not.");
    }
    return run.finish();
}

sdk::Result<Outcomes> run_story(const Story& story) {
    auto account = open_account(story.profile);
    if (!account) return account.error();
    MemoryStore store(std::move(*account));
    return run_story(story, store);
}

}  // namespace whatsflow::billing::scenario
