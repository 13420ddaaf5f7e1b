// What the staff see of the outbox and may do to it.
#include "outbox/outbox_board.hpp"
#include "outbox/outbox_fixture.hpp"

namespace whatsflow::outbox::testing {
namespace {

using ::testing::ElementsAre;

class OutboxBoardTest : public OutboxFixture {
protected:
    void SetUp() override {
        OutboxFixture::SetUp();
        board = std::make_unique<OutboxBoard>(*outbox, *database, clock);
        ASSERT_TRUE(shop->subscribe("shop.keep", "shop.counted/1", keeper()));
    }
    /// Number 1 fails until it is parked.
    void park_one() {
        bad = {1};
        record(1);
        for (int i = 0; i < 12; ++i) {
            outbox->deliver_due();
            clock.forward(2h);
        }
    }
    std::unique_ptr<OutboxBoard> board;
};

TEST_F(OutboxBoardTest, RecordedEventsComeNewestFirstPageByPage) {
    for (int i = 1; i <= 5; ++i) record(i);
    outbox->deliver_due();

    const auto first = *board->recorded(context, "", {.limit = 3});
    const auto rest = *board->recorded(context, "shop.counted/1", {.after = first.next, .limit = 3});

    EXPECT_EQ(first.rows.size(), 3u);
    EXPECT_EQ(first.rows[0].at("body").at("number"), 5);
    EXPECT_EQ(first.rows[0].at("recorded_at"), sdk::to_rfc3339(clock.now()));
    EXPECT_EQ(rest.rows.size(), 2u);
    EXPECT_EQ(rest.rows[1].at("body").at("number"), 1);
    EXPECT_EQ(rest.next, "");
}

TEST_F(OutboxBoardTest, ASubscribersRowSaysHowFarItIs) {
    record(1);
    outbox->deliver_due();
    outbox->withdraw("shop");
    record(2);
    outbox->deliver_due();

    const auto rows = *board->subscribers(context);

    ASSERT_EQ(rows.size(), 1u);
    EXPECT_EQ(rows[0].at("subscriber"), "shop.keep");
    EXPECT_EQ(rows[0].at("event"), "shop.counted/1");
    EXPECT_EQ(rows[0].at("behind"), 1);
    EXPECT_EQ(rows[0].at("parked"), 0);
}

TEST_F(OutboxBoardTest, ADeadLetterCanBeReplayed) {
    park_one();
    const auto letters = *board->dead_letters(context, "shop.keep", {});
    ASSERT_EQ(letters.rows.size(), 1u);
    EXPECT_EQ(letters.rows[0].at("error"), "shop.no: not this one");
    EXPECT_EQ(letters.rows[0].at("attempts"), 12);
    bad.clear();

    ASSERT_TRUE(board->replay(context, letters.rows[0].at("id")));
    outbox->deliver_due();

    EXPECT_THAT(kept, ElementsAre(1));
    EXPECT_TRUE(board->dead_letters(context, "", {})->rows.empty());
    EXPECT_EQ(board->replay(context, letters.rows[0].at("id")).error().code, "outbox.no_dead_letter");
}

TEST_F(OutboxBoardTest, ADeadLetterCanBeDiscardedAndOneThatIsStillTriedCannot) {
    park_one();
    bad = {1, 2};
    record(2, "t-2");
    outbox->deliver_due();
    const auto trying = word("SELECT id FROM core_outbox_retries WHERE parked_at IS NULL");
    const auto parked = word("SELECT id FROM core_outbox_retries WHERE parked_at IS NOT NULL");

    EXPECT_EQ(board->discard(context, trying).error().code, "outbox.no_dead_letter");
    EXPECT_TRUE(board->discard(context, parked));
    EXPECT_EQ(board->discard(context, parked).error().code, "outbox.no_dead_letter");
}

}  // namespace
}  // namespace whatsflow::outbox::testing
