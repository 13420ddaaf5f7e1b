#include <whatsflow/sdk/event.hpp>

#include <gtest/gtest.h>

namespace whatsflow::sdk {
namespace {

struct Paid {
    static constexpr EventType kType{"test.paid", 1};
    TenantId tenant;
    std::int64_t minor = 0;
    Instant at{};
    static constexpr auto fields() {
        return std::make_tuple(field("tenant", &Paid::tenant), field("minor", &Paid::minor), field("at", &Paid::at));
    }
};

/// The same event as a later release has it: one more field at the end.
struct PaidWithNote {
    static constexpr EventType kType{"test.paid", 1};
    TenantId tenant;
    std::int64_t minor = 0;
    Instant at{};
    std::string note = "none";
    static constexpr auto fields() {
        return std::make_tuple(field("tenant", &PaidWithNote::tenant), field("minor", &PaidWithNote::minor),
                               field("at", &PaidWithNote::at), field("note", &PaidWithNote::note));
    }
};

TEST(Event, IsWrittenAsJsonByItsFields) {
    const auto envelope = make_envelope(Paid{TenantId{"t-1"}, 2500, from_micros(7)}, TenantId{"t-1"});

    EXPECT_EQ(envelope.json(), (nlohmann::json{{"tenant", "t-1"}, {"minor", 2500}, {"at", 7}}));
    EXPECT_EQ(envelope.type.text(), "test.paid/1");
}

TEST(Event, OfTheSameLayoutIsHandedOverAsItIs) {
    const auto envelope = make_envelope(Paid{TenantId{"t-1"}, 2500, from_micros(7)});

    EXPECT_EQ(read_event<Paid>(envelope).minor, 2500);
    EXPECT_EQ(envelope.layout, detail::layout_of<Paid>());
}

TEST(Event, OfAnotherLayoutIsReadThroughJson) {
    ASSERT_NE(detail::layout_of<Paid>(), detail::layout_of<PaidWithNote>());

    const auto older = read_event<PaidWithNote>(make_envelope(Paid{TenantId{"t-1"}, 2500, from_micros(7)}));
    const auto newer = read_event<Paid>(make_envelope(PaidWithNote{TenantId{"t-2"}, 1, from_micros(8), "gift"}));

    EXPECT_EQ(older.minor, 2500);
    EXPECT_EQ(older.at, from_micros(7));
    EXPECT_EQ(older.note, "none");
    EXPECT_EQ(newer.tenant.text(), "t-2");
}

TEST(Event, OfAnotherTypeInJsonThrows) {
    EXPECT_ANY_THROW((void)detail::event_from_json<Paid>({{"minor", "many"}}));
}

}  // namespace
}  // namespace whatsflow::sdk
