// The code blocks of events.md.
#include <whatsflow/sdk/plugin.hpp>
#include <whatsflow/sdk/testing/fake_host.hpp>

namespace {

namespace sdk = whatsflow::sdk;

// [declare_event]
/// An order left the warehouse.
struct OrderShipped {
    static constexpr sdk::EventType kType{"com.acme.shop.order_shipped", 1};

    std::string order_id;
    std::int64_t parcels = 1;

    static constexpr auto fields() {
        return std::make_tuple(sdk::field("order_id", &OrderShipped::order_id),
                               sdk::field("parcels", &OrderShipped::parcels));
    }
};
// [/declare_event]

struct Shop {
    sdk::Host& host;
    sdk::Registration subscription;
    sdk::Registration durable;
    std::string last;

    // [publish_event]
    void ship(const sdk::TenantId& tenant, const std::string& order) {
        auto published = sdk::publish(host.events(), OrderShipped{order, 2}, tenant);
        if (!published) host.log().warn("not published", {{"reason", published.error().code}});
    }
    // [/publish_event]

    // [subscribe_event]
    void listen() {
        subscription = sdk::subscribe<OrderShipped>(
            host.events(), [this](const OrderShipped& event, const sdk::Envelope&) { last = event.order_id; });
    }
    // [/subscribe_event]

    // [outbox_event]
    sdk::Result<void> ship_for_sure(const sdk::CallContext& context, const std::string& order) {
        return host.database().transaction(context, [&](sdk::Transaction& tx) -> sdk::Result<void> {
            auto changed = tx.execute(context, "UPDATE shop_orders SET shipped = 1 WHERE id = ?", {order});
            if (!changed) return changed.error();
            return sdk::record(host.outbox(), tx, context, OrderShipped{order, 2}, context.tenant);
        });
    }
    // [/outbox_event]
};

// [test_event]
std::size_t shipped_in_a_test() {
    sdk::testing::FakeHost host("com.acme.shop");
    Shop shop{host, {}, {}, {}};
    shop.listen();

    shop.ship(sdk::TenantId{"t-1"}, "order-7");
    host.published().deliver();

    return host.published().of<OrderShipped>().size();  // 1
}
// [/test_event]

[[maybe_unused]] const auto built = &shipped_in_a_test;

}  // namespace
