// The AWS SDK would remind each test file that its versions of 2027 need a later Node; the pinned one does not.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = 'true';
