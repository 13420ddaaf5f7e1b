#include <whatsflow/sdk/draft/message_channel.hpp>

namespace whatsflow::sdk::draft {
namespace {

Error unsupported(const char* operation) {
    return fail("channel.unsupported", std::string("This channel does not offer '") + operation + "'.");
}

}  // namespace

Result<void> MessageChannel::mark_read(const CallContext&, const ChannelDevice&, const std::string&, bool) {
    return unsupported("mark_read");
}
Result<std::string> MessageChannel::upload_media(const CallContext&, const ChannelDevice&, const MediaContent&) {
    return unsupported("upload_media");
}
Result<MediaContent> MessageChannel::fetch_media(const CallContext&, const ChannelDevice&, const std::string&) {
    return unsupported("fetch_media");
}
Result<std::vector<NumberCheck>> MessageChannel::check_numbers(const CallContext&, const ChannelDevice&,
                                                               const std::vector<std::string>&) {
    return unsupported("check_numbers");
}
Result<nlohmann::json> MessageChannel::list_templates(const CallContext&, const ChannelDevice&) {
    return unsupported("list_templates");
}
Result<nlohmann::json> MessageChannel::save_template(const CallContext&, const ChannelDevice&, const nlohmann::json&) {
    return unsupported("save_template");
}
Result<void> MessageChannel::delete_template(const CallContext&, const ChannelDevice&, const std::string&) {
    return unsupported("delete_template");
}

}  // namespace whatsflow::sdk::draft
