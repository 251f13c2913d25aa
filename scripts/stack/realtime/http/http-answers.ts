export function message(status: number, text: string): Response {
  return Response.json({ message: text }, { status });
}

export function unprocessable(errors: Record<string, unknown>): Response {
  return Response.json({ errors }, { status: 422 });
}
