#include "store/rocks_files.hpp"

#include <rocksdb/file_system.h>
#include <sys/stat.h>

#include <cerrno>
#include <cstring>

#include "base/stop.hpp"
#include "store/manifest_sum.hpp"

namespace store {

namespace {

using rocksdb::FSDirectory;
using rocksdb::FSWritableFile;
using rocksdb::IODebugContext;
using rocksdb::IOOptions;
using rocksdb::IOStatus;
using rocksdb::Slice;

IOStatus written(IOStatus status) {
    if (!status.ok()) stop("writing", status);
    return status;
}

IOStatus synced(IOStatus status, dev_t device) {
    if (status.ok()) return status;
    base::failed_sync(device);
    // A sync that says that the disk is full has lost what it was to write all the same.
    base::stop({base::Remedy::Stop, "store: making a file durable: " + status.ToString()});
}

class File final : public rocksdb::FSWritableFileOwnerWrapper {
public:
    File(std::unique_ptr<FSWritableFile> file, std::string name, dev_t device)
        : FSWritableFileOwnerWrapper(std::move(file)), name_(std::move(name)), device_(device) {}
    IOStatus Append(const Slice& bytes, const IOOptions& how, IODebugContext* trace) override {
        return written(target()->Append(bytes, how, trace));
    }
    IOStatus Append(const Slice& bytes, const IOOptions& how,
                    const rocksdb::DataVerificationInfo& sums, IODebugContext* trace) override {
        return written(target()->Append(bytes, how, sums, trace));
    }
    IOStatus Sync(const IOOptions& how, IODebugContext* trace) override {
        return summed(synced(target()->Sync(how, trace), device_));
    }
    IOStatus Fsync(const IOOptions& how, IODebugContext* trace) override {
        return summed(synced(target()->Fsync(how, trace), device_));
    }

private:
    IOStatus summed(IOStatus status) const {
        const std::size_t slash = name_.rfind('/');
        const std::string name = name_.substr(slash + 1);
        if (slash == std::string::npos || !name.starts_with("MANIFEST-")) return status;
        const auto kept = keep_sum(name_.substr(0, slash), name);
        if (kept) return status;
        base::Fault fault = kept.fault();
        if (fault.remedy == base::Remedy::AskOperator) fault.remedy = base::Remedy::Stop;
        base::stop(fault);
    }
    const std::string name_;
    const dev_t device_;
};

class Directory final : public rocksdb::FSDirectoryWrapper {
public:
    Directory(std::unique_ptr<FSDirectory> directory, dev_t device)
        : FSDirectoryWrapper(std::move(directory)), device_(device) {}
    IOStatus Fsync(const IOOptions& how, IODebugContext* trace) override {
        return synced(FSDirectoryWrapper::Fsync(how, trace), device_);
    }
    IOStatus FsyncWithDirOptions(const IOOptions& how, IODebugContext* trace,
                                 const rocksdb::DirFsyncOptions& why) override {
        return synced(FSDirectoryWrapper::FsyncWithDirOptions(how, trace, why), device_);
    }

private:
    const dev_t device_;
};

class Files final : public rocksdb::FileSystemWrapper {
public:
    explicit Files(dev_t device)
        : FileSystemWrapper(rocksdb::FileSystem::Default()), device_(device) {}
    const char* Name() const override { return "permitd"; }
    IOStatus NewWritableFile(const std::string& name, const rocksdb::FileOptions& options,
                             std::unique_ptr<FSWritableFile>* file,
                             IODebugContext* trace) override {
        return watched(target()->NewWritableFile(name, options, file, trace), name, *file);
    }
    IOStatus ReopenWritableFile(const std::string& name, const rocksdb::FileOptions& options,
                                std::unique_ptr<FSWritableFile>* file,
                                IODebugContext* trace) override {
        return watched(target()->ReopenWritableFile(name, options, file, trace), name, *file);
    }
    IOStatus ReuseWritableFile(const std::string& name, const std::string& old,
                               const rocksdb::FileOptions& options,
                               std::unique_ptr<FSWritableFile>* file,
                               IODebugContext* trace) override {
        return watched(target()->ReuseWritableFile(name, old, options, file, trace), name, *file);
    }
    // RocksDB's own log is a file like the others: the system's would abort at its next line.
    IOStatus NewLogger(const std::string& name, const IOOptions& how,
                       std::shared_ptr<rocksdb::Logger>* log, IODebugContext* trace) override {
        return FileSystem::NewLogger(name, how, log, trace);
    }
    IOStatus NewDirectory(const std::string& name, const IOOptions& how,
                          std::unique_ptr<FSDirectory>* directory, IODebugContext* trace) override {
        IOStatus status = target()->NewDirectory(name, how, directory, trace);
        if (status.ok()) *directory = std::make_unique<Directory>(std::move(*directory), device_);
        return status;
    }

private:
    IOStatus watched(IOStatus status, const std::string& name,
                     std::unique_ptr<FSWritableFile>& file) const {
        if (status.ok()) file = std::make_unique<File>(std::move(file), name, device_);
        return status;
    }
    const dev_t device_;
};

}  // namespace

base::Fault fault_of(const std::string& doing, const rocksdb::Status& status) {
    const std::string text = "store: " + doing + ": " + status.ToString();
    // RocksDB knows ENOSPC alone; of the other errno it keeps the words.
    const bool is_over_quota =
        status.IsIOError() && text.find(std::strerror(EDQUOT)) != std::string::npos;
    if (status.IsNoSpace() || is_over_quota)
        return {base::Remedy::RetryLater, text + "; free space on that disk"};
    if (status.IsIOError() && !status.IsPathNotFound())
        return {base::Remedy::Stop, text + "; mend the disk or the rights on it"};
    return {base::Remedy::AskOperator, text + "; the store is damaged: restore a backup"};
}

void stop(const std::string& doing, const rocksdb::Status& status) {
    base::stop(fault_of(doing, status));
}

std::unique_ptr<rocksdb::Env> files_beneath(const std::string& directory) {
    struct stat status {};
    ::stat(directory.c_str(), &status);
    return rocksdb::NewCompositeEnv(std::make_shared<Files>(status.st_dev));
}

}  // namespace store
