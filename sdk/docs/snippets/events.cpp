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

    // [outbox_subscribe]
    sdk::Result<void> listen_for_sure() {
        return host.outbox().subscribe("com.acme.shop.tell_customer", OrderShipped::kType.text(),
                                       [this](const sdk::Envelope& event) { return tell(event); });
    }
    sdk::Result<void> tell(const sdk::Envelope& event) {
        last = sdk::read_event<OrderShipped>(event).order_id;
        return sdk::ok();  // an error: it comes again later
    }
    // [/outbox_subscribe]

    // [outbox_subscribe_in_transaction]
    sdk::Result<void> count_for_sure() {
        return host.outbox().subscribe_in_transaction(
            "com.acme.shop.count_parcels", OrderShipped::kType.text(),
            [](sdk::Transaction& tx, const sdk::Envelope& event) -> sdk::Result<void> {
                const auto shipped = sdk::read_event<OrderShipped>(event);
                auto changed = tx.execute(sdk::on_behalf_of({}, event.tenant),
                                          "UPDATE com_acme_shop_totals SET parcels = parcels + ? WHERE tenant_id = :tenant",
                                          {shipped.parcels});
                if (!changed) return changed.error();
                return sdk::ok();
            });
    }
    // [/outbox_subscribe_in_transaction]
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
