// The code blocks of jobs.md.
#include <whatsflow/sdk/plugin.hpp>
#include <whatsflow/sdk/testing/fake_host.hpp>

#include <chrono>

namespace {

namespace sdk = whatsflow::sdk;
using namespace std::chrono_literals;

struct Shop {
    sdk::Host& host;

    // [handle_job]
    sdk::Result<void> start() {
        auto handled =
            host.jobs().handle("com.acme.shop.print_label", [this](sdk::JobRun& run) { return print_label(run); },
                               {.lease = 30s, .at_once = 2});
        if (!handled) return handled;
        return host.jobs().schedule(
            {.name = "com.acme.shop.nightly", .kind = "com.acme.shop.purge_labels", .every = 24h});
    }
    // [/handle_job]

    // [enqueue_job]
    sdk::Result<void> order(const sdk::CallContext& context, const std::string& id) {
        return host.database().transaction(context, [&](sdk::Transaction& tx) -> sdk::Result<void> {
            auto stored =
                tx.execute(context, "INSERT INTO com_acme_shop_orders (id, tenant_id) VALUES (?, :tenant)", {id});
            if (!stored) return stored.error();
            auto job = host.jobs().enqueue(tx, context,
                                           {.kind = "com.acme.shop.print_label",
                                            .payload = {{"order", id}},
                                            .unique_key = id,
                                            .tenant = context.tenant});
            if (!job) return job.error();
            return sdk::ok();
        });
    }
    // [/enqueue_job]

    // [complete_in]
    sdk::Result<void> print_label(sdk::JobRun& run) {
        const auto order = run.payload().at("order").get<std::string>();
        return host.database().transaction(run.context(), [&](sdk::Transaction& tx) -> sdk::Result<void> {
            auto changed =
                tx.execute(run.context(),
                           "UPDATE com_acme_shop_orders SET label = 1 WHERE id = ? AND tenant_id = :tenant", {order});
            if (!changed) return changed.error();
            return run.complete_in(tx);
        });
    }
    // [/complete_in]
};

// [test_job]
bool prints_a_label_in_a_test(sdk::testing::FakeHost& host) {
    Shop shop{host};
    if (!shop.start()) return false;
    const auto id =
        host.jobs().enqueue(host.database(), {}, {.kind = "com.acme.shop.print_label", .payload = {{"order", "7"}}});

    return id && host.facilities().jobs.run_all().empty();  // no handler returned an error
}
// [/test_job]

[[maybe_unused]] const auto built = &prints_a_label_in_a_test;
[[maybe_unused]] const auto ordered = &Shop::order;

}  // namespace
