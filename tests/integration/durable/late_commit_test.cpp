// What SQLite, with its one writer, cannot show: a transaction that began earlier and commits later.
#include "outbox/outbox_fixture.hpp"

#include <thread>

namespace whatsflow::outbox::testing {
namespace {

using ::testing::ElementsAre;

class LateCommit : public OutboxFixture {};

TEST_F(LateCommit, AnEventThatCommitsLateIsNotSkipped) {
    ASSERT_TRUE(shop->subscribe("shop.keep", "shop.counted/1", keeper()));

    ASSERT_TRUE(database->transaction(context, [&](sdk::Transaction& tx) -> sdk::Result<void> {
        auto first = sdk::record(*shop, tx, context, Counted{1, ""});
        std::thread([&] {
            record(2);
            outbox->deliver_due();
        }).join();
        EXPECT_THAT(kept, ElementsAre(2));
        return first;
    }));
    outbox->deliver_due();

    EXPECT_THAT(kept, ElementsAre(2, 1));
}

}  // namespace
}  // namespace whatsflow::outbox::testing
