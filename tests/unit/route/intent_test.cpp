// P3, P4, and what the log says: before the commit nothing left, and nothing was told.
#include "route/registration.hpp"
#include "talk.hpp"

namespace desk {
namespace {

using dispatch::Ask;
using testing::HasSubstr;
using testing::Not;

struct Stop {};

class Intent : public Talk {
protected:
    ~Intent() override { base::set_durable_step_hook({}); }
    void wait(const std::string& key) {
        desk_.submit(key);
        desk_.put(MessageState::Waiting, key);
    }
};

TEST_F(Intent, IsCommittedBeforeItsRequestIsHandedOver) {
    wait(key_a);
    base::set_durable_step_hook([](const char*) { throw Stop{}; });
    EXPECT_THROW(step(), Stop);
    EXPECT_FALSE(asked(Ask::Submit)) << "it left, and no start would know";
    EXPECT_EQ(submission().state, MessageState::Waiting);
    base::set_durable_step_hook({});
}

TEST_F(Intent, NothingIsLoggedBeforeItIsCommitted) {
    wait(key_a);
    step();
    auto request = asked(Ask::Submit);
    ASSERT_TRUE(request);
    base::set_durable_step_hook([](const char*) { throw Stop{}; });
    EXPECT_THROW(answer(*request, {.status = 202, .body = ack(key_a)}), Stop);
    EXPECT_THAT(log_, Not(HasSubstr("receipt-issued")));
    base::set_durable_step_hook({});
    answer(std::move(*request), {.status = 202, .body = ack(key_a)});
    EXPECT_THAT(log_, HasSubstr("receipt-issued"));
}

// Who asks how many receipts wait for their InBox never hears too few.
TEST_F(Intent, ReceiptsAreToldOfBeforeTheyAreCommitted) {
    wait(key_a);
    step();
    auto request = asked(Ask::Submit);
    ASSERT_TRUE(request);
    const std::size_t before = come_;
    base::set_durable_step_hook([](const char*) { throw Stop{}; });
    EXPECT_THROW(answer(*request, {.status = 202, .body = ack(key_a)}), Stop);
    base::set_durable_step_hook({});
    EXPECT_EQ(come_, before + 1);
    EXPECT_TRUE(desk_.store->deliveries(0, 10).empty());
}

// "A digest of a body that holds a password would let it be guessed."
TEST_F(Intent, TheDigestOfARequestTellsNoPassword) {
    edi::Change change;
    edi::Submission binding;
    binding.kind = edi::SubmissionKind::Binding;
    binding.key = key_a;
    binding.sender = sender;
    binding.message_id = "M-1";
    binding.mailbox = "acme";
    binding.accepted_at = binding.next_at = start;
    binding.content = {.name = "AccountBinding", .text = {}};
    binding.content.add("Account", "acme");
    binding.content.add("Password", "***");
    binding.sealed_password = seal_.sealed("s3cret word", route::secret_context(key_a));
    change.submissions.push_back(binding);
    desk_.store->commit(std::span{&change, 1});
    step();
    const auto request = asked(Ask::Submit);
    ASSERT_TRUE(request) << log_;
    ASSERT_THAT(request->body, HasSubstr("s3cret word"));
    std::string blanked = request->body;
    blanked.replace(blanked.find("s3cret word"), 11, "***");
    EXPECT_EQ(request->request_sha256, base::sha256_hex(blanked));
    EXPECT_EQ(submission().request_sha256, base::sha256_hex(blanked));
    EXPECT_THAT(submission().request, Not(HasSubstr("s3cret word")));
}

}  // namespace
}  // namespace desk
