#include "http/connection_table.hpp"

#include "http/connection.hpp"

namespace whatsflow::http {

bool ConnectionTable::enter(Connection* connection, const std::string& address) {
    const std::lock_guard lock(mutex_);
    connections_.emplace(connection, std::weak_ptr<Connection>{});
    const auto from_there = ++per_address_[address];
    return connections_.size() <= limits_.connections && from_there <= limits_.connections_per_address;
}

void ConnectionTable::watch(const std::shared_ptr<Connection>& connection) {
    const std::lock_guard lock(mutex_);
    connections_[connection.get()] = connection;
}

void ConnectionTable::leave(Connection* connection, const std::string& address) {
    const std::lock_guard lock(mutex_);
    connections_.erase(connection);
    const auto entry = per_address_.find(address);
    if (entry != per_address_.end() && --entry->second == 0) per_address_.erase(entry);
    if (connections_.empty()) empty_.notify_all();
}

void ConnectionTable::expire(std::chrono::steady_clock::time_point now, bool draining) {
    // Collected first: releasing a last reference under the lock would come back for it.
    std::vector<std::shared_ptr<Connection>> open;
    {
        const std::lock_guard lock(mutex_);
        open.reserve(connections_.size());
        for (const auto& [key, weak] : connections_)
            if (auto connection = weak.lock()) open.push_back(std::move(connection));
    }
    for (const auto& connection : open)
        if (draining || connection->is_due(now)) connection->expire(now, draining);
}

std::size_t ConnectionTable::size() const {
    const std::lock_guard lock(mutex_);
    return connections_.size();
}

bool ConnectionTable::wait_until_empty(std::chrono::steady_clock::time_point deadline) {
    std::unique_lock lock(mutex_);
    return empty_.wait_until(lock, deadline, [&] { return connections_.empty(); });
}

}  // namespace whatsflow::http
