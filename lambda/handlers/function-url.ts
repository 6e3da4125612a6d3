import type { LambdaFunctionURLEvent, LambdaFunctionURLResult } from 'aws-lambda';

// Function URLs and HTTP APIs both speak payload format 2.0.

/**
 * @returns nothing for what no request may look like, such as a TRACE
 * @see https://docs.aws.amazon.com/lambda/latest/dg/urls-invocation.html (cookies travel apart from the other headers)
 */
export function toRequest(event: LambdaFunctionURLEvent): Request | undefined {
  const { requestContext, rawPath, rawQueryString, cookies, body, isBase64Encoded } = event;
  const { method } = requestContext.http;
  const query = rawQueryString ? `?${rawQueryString}` : '';
  try {
    const headers = new Headers();
    for (const [name, value] of Object.entries(event.headers)) if (value !== undefined) headers.set(name, value);
    if (cookies) headers.set('cookie', cookies.join('; '));
    const posted = body !== undefined && method !== 'GET' && method !== 'HEAD';
    return new Request(`https://${requestContext.domainName}${rawPath}${query}`, {
      method,
      headers,
      ...(posted ? { body: Buffer.from(body, isBase64Encoded ? 'base64' : 'utf8') } : {}),
    });
  } catch {
    return undefined; // the constructors refuse methods, header names and addresses that HTTP does not know
  }
}

export async function toResult(response: Response): Promise<LambdaFunctionURLResult> {
  const cookies = response.headers.getSetCookie();
  const headers = Object.fromEntries([...response.headers].filter(([name]) => name !== 'set-cookie'));
  return { statusCode: response.status, headers, cookies, body: await response.text() };
}
