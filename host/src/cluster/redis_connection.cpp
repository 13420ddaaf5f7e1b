#include "cluster/redis_connection.hpp"

#include <Poco/Exception.h>
#include <Poco/Redis/Client.h>

namespace whatsflow::cluster {
namespace {

using Poco::Redis::Array;
using Poco::Redis::BulkString;

/// Runs what POCO may throw in.
template <class Body>
auto attempt(Body body) -> decltype(body()) {
    try {
        return body();
    } catch (const Poco::Exception& exception) {
        return sdk::fail("redis.unreachable", exception.displayText());
    } catch (const std::exception& exception) {
        return sdk::fail("redis.unreachable", exception.what());
    }
}

std::string text_at(const Array& array, std::size_t index) {
    const auto text = array.get<BulkString>(index);
    return text.isNull() ? std::string() : text.value();
}

}  // namespace

class RedisConnection::Impl {
public:
    Poco::Redis::Client client;
};

RedisConnection::RedisConnection(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
RedisConnection::~RedisConnection() = default;

sdk::Result<std::unique_ptr<RedisConnection>> RedisConnection::open(const RedisAddress& address,
                                                                    std::chrono::milliseconds patience) {
    using Answer = sdk::Result<std::unique_ptr<RedisConnection>>;
    return attempt([&]() -> Answer {
        auto impl = std::make_unique<Impl>();
        const Poco::Timespan wait(std::chrono::microseconds(patience).count());
        impl->client.connect(address.host, address.port, wait);
        impl->client.setReceiveTimeout(wait);
        if (!address.password.empty()) {
            Array sign_in;
            sign_in << "AUTH";
            if (!address.user.empty()) sign_in << address.user;
            sign_in << address.password;
            impl->client.execute<std::string>(sign_in);
        }
        if (address.database != 0) {
            Array select;
            select << "SELECT" << std::to_string(address.database);
            impl->client.execute<std::string>(select);
        }
        return std::unique_ptr<RedisConnection>(new RedisConnection(std::move(impl)));
    });
}

sdk::Result<void> RedisConnection::publish(const std::string& channel, const std::string& message) {
    return attempt([&]() -> sdk::Result<void> {
        Array command;
        command << "PUBLISH" << channel << message;
        impl_->client.execute<Poco::Int64>(command);
        return sdk::ok();
    });
}

sdk::Result<void> RedisConnection::subscribe(const std::string& channel) {
    return attempt([&]() -> sdk::Result<void> {
        Array command;
        command << "SUBSCRIBE" << channel;
        impl_->client.execute<Array>(command);
        return sdk::ok();
    });
}

sdk::Result<std::string> RedisConnection::next_message() {
    return attempt([&]() -> sdk::Result<std::string> {
        while (true) {
            Array reply;
            impl_->client.readReply(reply);
            if (reply.size() == 3 && text_at(reply, 0) == "message") return text_at(reply, 2);
        }
    });
}

}  // namespace whatsflow::cluster
