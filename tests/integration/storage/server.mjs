// An S3-compatible store in a folder. Prints "listening PORT".
import S3rver from "@20minutes/s3rver";

const directory = process.argv[2];
const store = new S3rver({
  port: 0, address: "127.0.0.1", silent: true, directory, resetOnClose: false,
  configureBuckets: [{ name: "whatsflow-files", configs: [] }],
});
const { port } = await store.run();
console.log("listening", port);
